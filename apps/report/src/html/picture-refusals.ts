import { pictureKind, plainAddress } from "./address.ts";
import { type CheckPicture, reference } from "./refusal.ts";
import { svgRefusals } from "./svg-refusals.ts";

/** The text of a `data:` address. */
function textOf(address: string): string {
  const [, parameters = "", data = ""] = /^data:([^,]*),([\s\S]*)$/i.exec(plainAddress(address)) ?? [];
  const text = decodeURIComponent(data);
  return /;\s*base64\s*$/i.test(parameters) ? Buffer.from(text, "base64").toString("utf8") : text;
}

/** Looks into a picture that is a drawing; those of dots hold nothing. */
export const pictureRefusals: CheckPicture = (address) => {
  const kind = pictureKind(address);
  if (kind !== "svg+xml") return kind === null ? null : [];
  try {
    return svgRefusals(textOf(address));
  } catch {
    return [reference("a picture's data: address cannot be read")];
  }
};
