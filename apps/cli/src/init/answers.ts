/** What a first configuration is made of. Secrets are references, such as `env:ACME_AK` or `file:secrets/acme.ak`. */
export interface Answers {
  account: string;
  ak: string;
  sk: string;
  /** IANA. */
  timeZone: string;
  database: string;
  reports: string;
  /** Another place that IAM, EPS and HSS answer at, for proxies and simulators; null is Huawei Cloud. */
  endpoint: string | null;
  /** Null sends no mail. */
  mail: {
    host: string;
    port: number;
    tls: "starttls" | "implicit" | "off";
    ca: string | null;
    user: string | null;
    password: string | null;
    from: string;
  } | null;
  to: string[];
  operators: string[];
  locale: "en" | "zh-Hans";
  /** `HH:MM`; null is whenever the reports are ready. */
  deadline: string | null;
}
