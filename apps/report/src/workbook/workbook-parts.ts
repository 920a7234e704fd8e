/** The parts of a workbook beside its sheets; ECMA-376, part 1. */
const HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n';
const MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE = "http://schemas.openxmlformats.org/package/2006";
const TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml";

/** Cell styles by their place in the styles part: `inert` is a text that stays one when the cell is edited. */
export const STYLE = { plain: 0, header: 1, inert: 2, date: 3 } as const;

const STYLES = `${HEAD}<styleSheet xmlns="${MAIN}"><numFmts count="1"><numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd"/></numFmts><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="4"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/><xf numFmtId="0" fontId="1" fillId="0" borderId="0" xfId="0" applyFont="1" quotePrefix="1"/><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0" quotePrefix="1"/><xf numFmtId="164" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs><cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>`;

const VIEW = `<sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetFormatPr defaultColWidth="16" defaultRowHeight="15"/>`;

/** How a sheet begins: its header stays in view, and its columns have these widths in characters, or the usual one. */
export function sheetHead(widths: readonly (number | undefined)[]): string {
  const cols = widths.map((width, index) =>
    width === undefined
      ? ""
      : `<col min="${index + 1}" max="${index + 1}" width="${width}" customWidth="1"/>`,
  );
  const wide = cols.join("");
  return `${HEAD}<worksheet xmlns="${MAIN}">${VIEW}${wide === "" ? "" : `<cols>${wide}</cols>`}<sheetData>`;
}

export const SHEET_END = "</sheetData></worksheet>";

export const sheetPath = (sheet: number): string => `xl/worksheets/sheet${sheet}.xml`;

const attribute = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");

/** Everything but the sheets of a workbook that has sheets of these names: path and text of each part. */
export function workbookParts(names: readonly string[]): [path: string, xml: string][] {
  const sheets = names.map((_, index) => index + 1);
  const part = (path: string, type: string) =>
    `<Override PartName="/${path}" ContentType="${TYPE}.${type}+xml"/>`;
  const relation = (id: string, type: string, target: string) =>
    `<Relationship Id="${id}" Type="${OFFICE}/${type}" Target="${target}"/>`;
  const relations = (all: string) =>
    `${HEAD}<Relationships xmlns="${PACKAGE}/relationships">${all}</Relationships>`;
  return [
    [
      "[Content_Types].xml",
      `${HEAD}<Types xmlns="${PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/>${part("xl/workbook.xml", "sheet.main")}${part("xl/styles.xml", "styles")}${sheets.map((sheet) => part(sheetPath(sheet), "worksheet")).join("")}</Types>`,
    ],
    ["_rels/.rels", relations(relation("r1", "officeDocument", "xl/workbook.xml"))],
    [
      "xl/workbook.xml",
      `${HEAD}<workbook xmlns="${MAIN}" xmlns:r="${OFFICE}"><sheets>${names.map((name, index) => `<sheet name="${attribute(name)}" sheetId="${index + 1}" r:id="s${index + 1}"/>`).join("")}</sheets></workbook>`,
    ],
    [
      "xl/_rels/workbook.xml.rels",
      relations(
        sheets.map((sheet) => relation(`s${sheet}`, "worksheet", sheetPath(sheet).slice(3))).join("") +
          relation("styles", "styles", "styles.xml"),
      ),
    ],
    ["xl/styles.xml", STYLES],
  ];
}
