import { getCACertificates } from "node:tls";

/** The authorities that Node.js trusts (those of `NODE_EXTRA_CA_CERTS` among them), and one more. */
export const trustedAuthorities = (ca: string): string[] => [...getCACertificates("default"), ca];
