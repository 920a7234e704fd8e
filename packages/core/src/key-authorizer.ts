import { type Authorizer, saysNothingOfTheCredential } from "./authorizer.ts";
import type { CredentialError } from "./errors.ts";
import { type AccessKey, sign } from "./sign.ts";

/** Signs each call with an access key. After one refused signature the key rests: five more would lock it. */
export function keyAuthorizer(key: AccessKey): Authorizer {
  let stopped: CredentialError | null = null;
  return {
    async prepare() {
      if (stopped !== null) throw stopped.again();
    },
    headers(request) {
      if (stopped !== null) throw stopped.again();
      return sign(request, key, new Date());
    },
    refused(_, error) {
      if (!saysNothingOfTheCredential(error)) stopped ??= error;
      return false;
    },
  };
}
