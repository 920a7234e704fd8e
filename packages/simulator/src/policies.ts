import type { PolicyInfo } from "./answer.ts";

/** A policy of HSS that a project may have switched off, with the points that costs (facts of the dashboard). */
export interface KnownPolicy {
  category: "alarm" | "baseline" | "asset";
  name: string;
  osType: "Linux" | "Windows";
  rules: string;
  /** Points taken once while it is off. */
  points: number;
}

export const KNOWN_POLICIES: readonly KnownPolicy[] = [
  {
    category: "alarm",
    name: "Login Security Check",
    osType: "Linux",
    rules: "login_brute_force,login_remote,login_weak_account",
    points: 10,
  },
  {
    category: "alarm",
    name: "Ransomware Prevention",
    osType: "Windows",
    rules: "ransom_bait_file,ransom_behaviour",
    points: 15,
  },
  {
    category: "alarm",
    name: "Malicious File Detection",
    osType: "Linux",
    rules: "reverse_shell,abnormal_shell",
    points: 0,
  },
  {
    category: "baseline",
    name: "Weak Password Detection",
    osType: "Linux",
    rules: "weak_password_system,weak_password_database",
    points: 10,
  },
  {
    category: "asset",
    name: "Asset Discovery",
    osType: "Linux",
    rules: "port_scan,web_directory,software_inventory",
    points: 5,
  },
];

/** A policy as an answer lists it. */
export const policyInfo = (policy: KnownPolicy, id: string, hostNum: number): PolicyInfo => ({
  policy_id: id,
  policy_name: policy.name,
  os_type: policy.osType,
  host_num: hostNum,
  rule_name: policy.rules,
});
