import { ContractError, type ReadRiskList, readRiskList } from "@nightledger/core";
import {
  contentHash,
  DamagedPayloadError,
  type Payload,
  type Rereading,
  type StoredAnswer,
} from "@nightledger/store";
import type { UnreadableAnswer } from "./replay-job.ts";

/** A night's answers as they are read today. */
export interface ReadAgain {
  /** Those that are read otherwise than they stand, and those that leave quarantine. */
  rereadings: Rereading[];
  quarantined: number;
  unreadable: UnreadableAnswer[];
  /** The contents that payloads stand for, where that is what they are read as: the next night need not look again. */
  settled: Map<number, Buffer>;
}

/** An answer as it is read today, or why it cannot be. */
async function reading(
  payload: () => Promise<Payload>,
): Promise<ReadRiskList | ContractError | DamagedPayloadError> {
  try {
    return readRiskList((await payload()).bytes);
  } catch (error) {
    if (error instanceof ContractError || error instanceof DamagedPayloadError) return error;
    throw error;
  }
}

const unreadableOf = (answer: StoredAnswer, { message }: Error): UnreadableAnswer => ({
  dataDate: answer.dataDate,
  account: answer.account,
  region: answer.region,
  projectId: answer.projectId,
  projectName: answer.projectName,
  enterpriseProjectId: answer.enterpriseProjectId,
  problem: message,
});

/** Reads a night's stored answers as if they came today. */
export async function readAgain(
  answers: readonly StoredAnswer[],
  payloadOf: (payloadId: number) => Promise<Payload>,
  before: ReadonlyMap<number, Buffer>,
): Promise<ReadAgain> {
  const again: ReadAgain = { rereadings: [], quarantined: 0, unreadable: [], settled: new Map() };
  for (const answer of answers) {
    const { payloadId, contentHash: standing } = answer;
    if (standing !== null && before.get(payloadId)?.equals(standing)) {
      again.settled.set(payloadId, standing);
      continue;
    }
    const read = await reading(() => payloadOf(payloadId));
    if (read instanceof ContractError && standing === null) again.quarantined += 1;
    else if (read instanceof Error) again.unreadable.push(unreadableOf(answer, read));
    else if (standing !== null && contentHash(read.riskList).equals(standing)) {
      again.settled.set(payloadId, standing);
    } else {
      again.rereadings.push({ answer, content: read.riskList, unknownFields: read.unknownFields });
    }
  }
  return again;
}
