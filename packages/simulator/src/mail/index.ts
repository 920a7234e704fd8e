export { localCertificate } from "./certificate.ts";
export { type MailFaults, NO_MAIL_FAULTS } from "./mail-faults.ts";
export {
  type MailLogin,
  type MailServer,
  type MailServerOptions,
  type ReceivedMail,
  startMailServer,
} from "./mail-server.ts";
export {
  startTokenEndpoint,
  type TokenEndpoint,
  type TokenEndpointOptions,
  type TokenFaults,
} from "./token-endpoint.ts";
