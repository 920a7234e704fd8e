import { isIP } from "node:net";
import { generate } from "selfsigned";

/** A certificate with its key, in PEM. */
export interface Certificate {
  key: string;
  cert: string;
}

/** An authority of one's own, valid for a day. */
export async function privateAuthority(name: string): Promise<Certificate> {
  const made = await generate([{ name: "commonName", value: name }], {
    keyType: "ec",
    algorithm: "sha256",
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { key: made.private, cert: made.cert };
}

/** The certificate of a host, by name or address, that an authority signed. */
export async function signedCertificate(host: string, by: Certificate): Promise<Certificate> {
  const made = await generate([{ name: "commonName", value: host }], {
    keyType: "ec",
    algorithm: "sha256",
    ca: by,
    extensions: [
      { name: "basicConstraints", cA: false },
      {
        name: "subjectAltName",
        altNames: [isIP(host) === 0 ? { type: 2 as const, value: host } : { type: 7 as const, ip: host }],
      },
    ],
  });
  return { key: made.private, cert: made.cert };
}
