import type { Cell, Reader } from "@nightledger/store";
import { dataHash, templateHash } from "./content-hash.ts";
import { askDataset, type ReadDataset } from "./dataset.ts";
import type { PrintedFigure } from "./figure.ts";
import { documentMaker, figuresIn } from "./html.ts";
import { type Locale, readLocale } from "./locale.ts";
import { buildModel, figureValues } from "./model.ts";
import { othersTurn } from "./others-turn.ts";
import { printable } from "./printable.ts";
import type { ReportDefinition } from "./report-definition.ts";
import { fontChoice } from "./theme.ts";
import { unescapeHtml } from "./unescape-html.ts";

/** Whom a document is about. */
export interface Subject {
  /** The audience's name and title; null for all targets. */
  audience: { name: string; title: string } | null;
  /** The one target of a report that is about a target. */
  targetId: number | null;
}

/** What a document says of itself beside its rows. */
export interface Imprint {
  /** Above 1 in a correction. */
  edition: number;
  /** The head of the ledger's chain when it was made: whoever keeps the document can hold the ledger against it. */
  seal: { runId: number; hash: string } | null;
}

const NO_IMPRINT: Imprint = { edition: 1, seal: null };

/** One document of a report, before it is printed. */
export interface ReportDocument {
  report: string;
  dataDate: string;
  locale: string;
  subject: Subject;
  title: string;
  html: string;
  figures: readonly PrintedFigure[];
  datasets: readonly ReadDataset[];
  dataHash: string;
  templateHash: string;
}

const DAY_MS = 86_400_000;

const daysBefore = (dataDate: string, days: number): string =>
  new Date(Date.parse(`${dataDate}T00:00:00Z`) - days * DAY_MS).toISOString().slice(0, 10);

/** What `:name` stands for in the datasets of a report. */
export const parametersOf = (
  { trendNights, settings }: ReportDefinition,
  dataDate: string,
  { targetId }: Subject,
): Record<string, Cell> => ({
  ...settings,
  data_date: dataDate,
  first_night: daysBefore(dataDate, trendNights - 1),
  target_id: targetId,
});

const titleIn = (html: string): string =>
  unescapeHtml(/<title>([^<]*)<\/title>/.exec(html)?.[1]?.trim() ?? "");

/** Makes the documents of a report in a language: its folders are read and compiled once. */
export class DocumentMaker {
  readonly definition: ReportDefinition;
  readonly locale: Locale;
  readonly #html: (data: object) => Promise<string>;
  readonly templateHash: string;

  /** @throws UnknownLocaleError, TemplateError */
  constructor(definition: ReportDefinition, language: string) {
    this.definition = definition;
    this.locale = readLocale(definition, language);
    this.#html = documentMaker(definition, this.locale);
    this.templateHash = templateHash(definition);
  }

  /** What the ledger says to the report's questions. @throws TemplateError */
  async ask(
    db: Reader["db"],
    dataDate: string,
    subject: Subject,
    which: "data" | "workbook" = "data",
  ): Promise<ReadDataset[]> {
    const parameters = parametersOf(this.definition, dataDate, subject);
    const read: ReadDataset[] = [];
    for (const dataset of this.definition.datasets[which]) {
      read.push(await askDataset(db, dataset, parameters));
      await othersTurn();
    }
    return read;
  }

  /** What a template sees. */
  dataOf(
    datasets: readonly ReadDataset[],
    dataDate: string,
    subject: Subject,
    { edition, seal }: Imprint = NO_IMPRINT,
  ): Record<string, unknown> & { data_hash: string } {
    const { definition, locale } = this;
    return {
      ...buildModel(datasets, (text) => printable(text, fontChoice(definition.theme))),
      ...parametersOf(definition, dataDate, subject),
      settings: { ...definition.settings, trend_nights: definition.trendNights },
      sections: definition.sections,
      locale: locale.tag,
      company: definition.theme.company ?? null,
      logo: definition.theme.logo,
      audience: subject.audience,
      edition,
      seal,
      data_hash: dataHash(datasets),
      template_hash: this.templateHash,
    };
  }

  /** A document of what was read. @throws TemplateError */
  async make(
    datasets: readonly ReadDataset[],
    dataDate: string,
    subject: Subject,
    imprint: Imprint = NO_IMPRINT,
  ): Promise<ReportDocument> {
    const { definition, locale } = this;
    const data = this.dataOf(datasets, dataDate, subject, imprint);
    await othersTurn();
    const html = await this.#html(data);
    await othersTurn();
    return {
      report: definition.name,
      dataDate,
      locale: locale.tag,
      subject,
      title: titleIn(html),
      html,
      figures: figuresIn(html, figureValues(datasets)),
      datasets,
      dataHash: data.data_hash,
      templateHash: this.templateHash,
    };
  }
}
