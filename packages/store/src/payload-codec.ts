import { deflateSync, inflateSync } from "node:zlib";

/**
 * What answers have in common: ListSecurityRisk as documented, figures apart. Deflating starts from it, so that a
 * payload costs what is its own. Frozen: no payload opens without it. From Python:
 * `zlib.decompressobj(zdict=dictionary).decompress(deflated)`.
 */
const DICTIONARY = Buffer.from(
  [
    ',"security_protect_risk":{"un_open_protection_host_num":0,"deduct_score":0,"total_risk_num":0}',
    ',"image_risk":{"risk_list":[{"severity":"Critical","image_num":10},{"severity":"High","image_num":1}',
    ',{"severity":"Medium","image_num":2},{"severity":"Low","image_num":3}],"deduct_score":10',
    ',"un_scanned_image_num":0,"total_risk_num":10}',
    ',"vul_risk":{"risk_list":[{"severity":"Critical","effected_host_num":1,"risk_num":2}],"deduct_score":20',
    ',"un_scanned_host_num":0,"total_risk_num":20}',
    ',"baseline_risk":{"risk_list":[],"deduct_score":20,"policy_list":[],"existed_pwd_host_num":0',
    ',"un_scanned_baseline_host_num":0,"total_risk_num":10}',
    '{"asset_risk":{"existed_danger_port_host_num":0,"deduct_score":0,"policy_list":[],"total_risk_num":0}',
    ',"alarm_risk":{"risk_list":[],"deduct_score":30,"policy_list":[{"policy_id":"","policy_name":""',
    ',"os_type":"Windows","host_num":1,"rule_name":""},{"policy_id":"","policy_name":"","os_type":"Linux"',
    ',"host_num":1,"rule_name":""}],"total_risk_num":1},"total_risk_num":1',
    ',"risk_list":[{"severity":"High","effected_host_num":1,"risk_num":1},{"severity":"Low"',
    ',"effected_host_num":1,"risk_num":1},{"severity":"Medium","effected_host_num":1,"risk_num":1}',
    ',{"severity":"Critical","effected_host_num":1,"risk_num":1}],"deduct_score":20.0,"total_risk_num":1',
  ].join(""),
);

/** The smallest window that an answer of so many bytes fits in: to clear a larger one takes longer than to deflate. */
function windowBitsFor(bytes: number): number {
  const needed = Math.ceil(Math.log2(bytes + DICTIONARY.length + 262));
  return Math.min(15, Math.max(9, needed));
}

/** A payload as it is kept. */
export function deflatePayload(payload: Uint8Array): Buffer {
  const windowBits = windowBitsFor(payload.length);
  const memLevel = Math.min(9, windowBits - 6);
  return deflateSync(payload, {
    level: 9,
    windowBits,
    memLevel,
    // most answers come down to a fifth
    chunkSize: Math.max(64, payload.length >> 2),
    dictionary: DICTIONARY,
  });
}

/** The payload again; also of ledgers that deflated without the dictionary. */
export const inflatePayload = (deflated: Uint8Array): Buffer =>
  inflateSync(deflated, { dictionary: DICTIONARY });
