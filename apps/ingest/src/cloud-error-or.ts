import { CloudError } from "@nightledger/core";

/** The error as the cloud's failure it is; anything else is a defect or an abort and goes on up. */
export function cloudErrorOr(error: unknown): CloudError {
  if (error instanceof CloudError) return error;
  throw error;
}
