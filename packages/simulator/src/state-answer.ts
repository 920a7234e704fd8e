import type { HostRisk, ImageRisk, PolicyInfo, RiskListAnswer, SeverityWord } from "./answer.ts";
import { type KnownPolicy, policyInfo } from "./policies.ts";
import type { ProjectNature, ProjectState } from "./project-life.ts";
import { seededHex, seededInt, seededRandom } from "./seeded-random.ts";

const WORDS: readonly SeverityWord[] = ["Critical", "High", "Medium", "Low"];
const total = (numbers: readonly number[]): number => numbers.reduce((sum, number) => sum + number, 0);

/** Points taken: each count times its rule, to one decimal, and never more than the cap. */
function points(cap: number, ...rules: readonly (readonly [count: number, points: number])[]): number {
  const taken = rules.reduce((sum, [count, each]) => sum + count * each, 0);
  return Math.min(cap, Math.round(taken * 10) / 10);
}

const once = (condition: boolean): number => (condition ? 1 : 0);

/** The documented lists come in no fixed order: each project has its own. Levels without a risk are left out. */
function listed<T extends { severity: SeverityWord }>(key: string, part: string, items: T[]): T[] {
  return items.sort((a, b) => seededRandom(key, part, a.severity) - seededRandom(key, part, b.severity));
}

function hostRisks(nature: ProjectNature, part: string, counts: readonly number[]): HostRisk[] {
  const words = WORDS.slice(WORDS.length - counts.length);
  const risks = counts.map((risk_num, index) => ({
    severity: words[index] ?? "Low",
    effected_host_num: Math.min(risk_num, seededInt(1, nature.hosts, nature.key, part, index, risk_num)),
    risk_num,
  }));
  return listed(
    nature.key,
    part,
    risks.filter(({ risk_num }) => risk_num > 0),
  );
}

function imageRisks(nature: ProjectNature, counts: readonly number[]): ImageRisk[] {
  const risks = counts.map((image_num, index) => ({ severity: WORDS[index + 1] ?? "Low", image_num }));
  return listed(nature.key, "image", risks);
}

function policyList(
  nature: ProjectNature,
  category: KnownPolicy["category"],
  off: KnownPolicy[],
): PolicyInfo[] {
  return off
    .filter((policy) => policy.category === category)
    .map((policy) =>
      policyInfo(
        policy,
        seededHex(32, nature.key, policy.name),
        seededInt(1, nature.hosts, nature.key, policy.name, "hosts"),
      ),
    );
}

/** The answer for a state, with the official deduction rules applied (HSS, "Security Score Deduction Rules"). */
export function answerOf(nature: ProjectNature, state: ProjectState): RiskListAnswer {
  const off = (category: KnownPolicy["category"]) =>
    state.policiesOff
      .filter((policy) => policy.category === category)
      .map((policy): [number, number] => [1, policy.points]);
  const [alarmCritical, alarmHigh, alarmMedium, alarmLow] = state.alarms;
  const [vulCritical, vulHigh, vulMedium, vulLow] = state.vulnerabilities;
  const [baseHigh, baseMedium, baseLow] = state.settings;
  const [imageHigh, imageMedium, imageLow] = state.images;

  const answer: RiskListAnswer = {
    asset_risk: {
      existed_danger_port_host_num: state.dangerousPortHosts,
      deduct_score: points(10, [state.dangerousPortHosts, 1], ...off("asset")),
      policy_list: policyList(nature, "asset", state.policiesOff),
      total_risk_num: state.dangerousPortHosts,
    },
    baseline_risk: {
      risk_list: hostRisks(nature, "baseline", state.settings),
      deduct_score: points(
        20,
        [baseHigh, 10],
        [baseMedium, 3],
        [baseLow, 1],
        [state.weakPasswordHosts, 10],
        [once(state.unscannedBaselineHosts > 0), 10],
        ...off("baseline"),
      ),
      policy_list: policyList(nature, "baseline", state.policiesOff),
      existed_pwd_host_num: state.weakPasswordHosts,
      un_scanned_baseline_host_num: state.unscannedBaselineHosts,
      total_risk_num: total(state.settings) + state.weakPasswordHosts + state.unscannedBaselineHosts,
    },
    vul_risk: {
      risk_list: hostRisks(nature, "vulnerability", state.vulnerabilities),
      deduct_score: points(
        20,
        [vulCritical, 10],
        [vulHigh, 3],
        [vulMedium, 1],
        [vulLow, 0.1],
        [once(state.unscannedVulnerabilityHosts > 0), 15],
      ),
      un_scanned_host_num: state.unscannedVulnerabilityHosts,
      total_risk_num: total(state.vulnerabilities) + state.unscannedVulnerabilityHosts,
    },
    alarm_risk: {
      risk_list: hostRisks(nature, "alarm", state.alarms),
      deduct_score: points(
        30,
        [alarmCritical, 10],
        [alarmHigh, 3],
        [alarmMedium, 1],
        [alarmLow, 0.1],
        ...off("alarm"),
      ),
      policy_list: policyList(nature, "alarm", state.policiesOff),
      total_risk_num: total(state.alarms) + state.unattributedAlarms,
    },
    image_risk: {
      risk_list: imageRisks(nature, state.images),
      deduct_score: points(
        10,
        [imageHigh, 3],
        [imageMedium, 1],
        [imageLow, 0.1],
        [once(state.unscannedImages > 0), 5],
      ),
      un_scanned_image_num: state.unscannedImages,
      total_risk_num: total(state.images) + state.unscannedImages,
    },
    security_protect_risk: {
      un_open_protection_host_num: state.unprotectedHosts,
      deduct_score: points(10, [state.unprotectedHosts, 0.5]),
      total_risk_num: state.unprotectedHosts,
    },
    total_risk_num: 0,
  };
  const { asset_risk, baseline_risk, vul_risk, alarm_risk, image_risk, security_protect_risk } = answer;
  const blocks = [asset_risk, baseline_risk, vul_risk, alarm_risk, image_risk, security_protect_risk];
  answer.total_risk_num = total(blocks.map((block) => block.total_risk_num));
  return answer;
}

/** The part of a state that lies in one of several enterprise projects: counts are shared out, policies hold for all. */
export function partOf(state: ProjectState, index: number, parts: number): ProjectState {
  const { policiesOff, ...counts } = state;
  const share = (count: number): number => {
    const each = Math.floor(count / parts);
    return index === 0 ? count - each * (parts - 1) : each;
  };
  const shared: Omit<ProjectState, "policiesOff"> = JSON.parse(JSON.stringify(counts), (_, value) =>
    typeof value === "number" ? share(value) : value,
  );
  return { ...shared, policiesOff };
}
