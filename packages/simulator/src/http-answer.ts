/** What the simulator answers with. */
export interface HttpAnswer {
  status: number;
  headers?: Record<string, string>;
  body: unknown;
}

/** A request that is refused, with the documented answer. */
export class Refusal extends Error {
  override name = "Refusal";
  readonly answer: HttpAnswer;

  constructor(answer: HttpAnswer) {
    super(`HTTP ${answer.status}`);
    this.answer = answer;
  }
}

/** The gateway's form; the server adds the request id. */
export const gatewayRefusal = (status: number, code: string, message: string): Refusal =>
  new Refusal({ status, body: { error_msg: message, error_code: code } });

/** The gateway's answer to any wrong credential (API Request Signing Guide, error codes). */
export const wrongCredential = (why: string): Refusal =>
  gatewayRefusal(401, "APIGW.0301", `Incorrect IAM authentication information: ${why}`);

/** The three keys of HSS's own errors, all with HTTP 400 (HSS, Error Codes). */
export const hssRefusal = (code: string, message: string): Refusal =>
  new Refusal({ status: 400, body: { error_code: code, error_description: message, error_msg: message } });

/** The Keystone form of IAM. */
export const iamRefusal = (status: number, title: string, message: string): Refusal =>
  new Refusal({ status, body: { error: { code: status, message, title } } });
