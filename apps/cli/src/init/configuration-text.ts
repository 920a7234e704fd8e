import { stringify } from "yaml";
import type { Answers } from "./answers.ts";

/** A value on one line, quoted where YAML needs it. */
const value = (given: unknown): string =>
  stringify(given, { collectionStyle: "flow", lineWidth: 0, defaultStringType: "PLAIN" }).trim();

const secret = (reference: string): string => value(`\${${reference}}`);

function accountText({ account, ak, sk, endpoint }: Answers): string {
  const endpoints =
    endpoint === null
      ? ""
      : `    endpoints: ${value({ iam: endpoint, eps: endpoint, hss: endpoint })} # instead of Huawei Cloud's own\n`;
  return `# The accounts whose projects are recorded: all of them, in every region, with one credential each.
accounts:
  - name: ${value(account)} # how tables and reports call it
    credential: # the key of an IAM user with "HSS ReadOnlyAccess"; secrets are never written here
      ak: ${secret(ak)}
      sk: ${secret(sk)}
${endpoints}    # unit: Retail # the business unit that its projects belong to
`;
}

function mailText({ mail, to, operators, locale }: Answers): string {
  if (mail === null) {
    return `# No mail is sent yet. To have reports in mailboxes:
# mail: { host: smtp.example.com, from: nightledger@example.com, user: nightledger, password: "\${file:secrets/mail.password}" }
# publish: [{ report: executive-summary, to: [ciso@example.com] }]
# operators: { to: [operators@example.com] }
`;
  }
  const { host, port, tls, ca, user, password, from } = mail;
  const optional = [
    ...(ca === null ? [] : [`  ca: ${value(ca)} # the authority of the server's certificate`]),
    ...(user === null ? [] : [`  user: ${value(user)}`]),
    ...(password === null ? [] : [`  password: ${secret(password)}`]),
  ];
  return `# The mail server. STARTTLS is required, not just tried; implicit is TLS from the first byte.
mail:
  host: ${value(host)}
  port: ${port}
  tls: ${tls}
${optional.map((line) => `${line}\n`).join("")}  from: ${value(from)}

# The reports of each night, and who gets them. A mail each; nobody sees the others.
publish:
  - report: executive-summary
    locale: ${locale}
    attach: [pdf] # xlsx, too, for those who filter
    to: ${value(to)}
    coverage: { atLeast: 100, below: send-marked } # with fewer answers it says so on top; hold keeps it back

# Who is told when something has to be looked at. Silence is never a message.
operators:
  to: ${value(operators)}
`;
}

/** A first configuration, with a comment on each setting. */
export function configurationText(answers: Answers): string {
  const { timeZone, database, reports, deadline } = answers;
  const due =
    deadline === null
      ? `# nightly: { deadline: "07:00" } # reports go out by then with what there is; what comes later is a correction\n`
      : `# Reports go out by then with what there is; what comes later is a correction.\nnightly:\n  deadline: ${value(deadline)}\n`;
  return `# yaml-language-server: $schema=docs/config.schema.json
# nightledger's configuration. docs/operations.md tells of every setting.

# Whose calendar day a night counts for.
timeZone: ${value(timeZone)}

# The ledger: a SQLite file, from this file on, or postgres://user@host/database.
database: ${value(database)}

# Where reports are made.
reports: ${value(reports)}

${accountText(answers)}
${mailText(answers)}
${due}`;
}
