/**
 * Error codes of the gateway (prefix `APIGW.`, `APIG.` on newer gateways) and the HTTP status that its documentation
 * gives each (API Request Signing Guide, "Error Codes"). 0201 is missing: it is documented with six of them.
 */
const GATEWAY: Readonly<Record<string, number>> = {
  "0101": 404,
  "0106": 400,
  "0202": 502,
  "0203": 504,
  "0301": 401,
  "0302": 403,
  "0303": 401,
  "0304": 403,
  "0305": 401,
  "0306": 403,
  "0307": 401,
  "0308": 429,
  "0310": 403,
  "0401": 403,
  "0402": 403,
  "0404": 403,
  "0601": 500,
  "0602": 400,
  "0605": 500,
  "0606": 500,
  "0607": 500,
  "0608": 500,
  "0609": 500,
  "0610": 502,
  "0611": 500,
  "0613": 503,
  "0801": 403,
  "0802": 403,
};

/** HSS answers all of its codes with 400 (API reference, "Error Codes"); two of them are what others answer with 403. */
function hssStatus(number: string): number | null {
  if (number === "0010" || number === "0013") return 403;
  if (["0001", "0002", "0011", "0014"].includes(number)) return 400;
  return number >= "1001" && number <= "1021" ? 400 : null;
}

/**
 * The HTTP status that an error code stands for, whatever status it came with; null for a code that is not documented.
 * Keystone puts the status itself in the place of a code.
 */
export function documentedStatus(code: string): number | null {
  const [, family, number = ""] = /^(APIGW|APIG|HSS)\.(\d{4})$/.exec(code) ?? [];
  if (family === "HSS") return hssStatus(number);
  if (family !== undefined) return Object.hasOwn(GATEWAY, number) ? (GATEWAY[number] ?? null) : null;
  return /^[45]\d\d$/.test(code) ? Number(code) : null;
}
