/** An answer of ListSecurityRisk as the documentation has it (tables 4–13). */
export interface RiskListAnswer {
  asset_risk: {
    existed_danger_port_host_num: number;
    deduct_score: number;
    policy_list: PolicyInfo[];
    total_risk_num: number;
  };
  baseline_risk: {
    risk_list: HostRisk[];
    deduct_score: number;
    policy_list: PolicyInfo[];
    existed_pwd_host_num: number;
    un_scanned_baseline_host_num: number;
    total_risk_num: number;
  };
  vul_risk: {
    risk_list: HostRisk[];
    deduct_score: number;
    un_scanned_host_num: number;
    total_risk_num: number;
  };
  alarm_risk: {
    risk_list: HostRisk[];
    deduct_score: number;
    policy_list: PolicyInfo[];
    total_risk_num: number;
  };
  image_risk: {
    risk_list: ImageRisk[];
    deduct_score: number;
    un_scanned_image_num: number;
    total_risk_num: number;
  };
  security_protect_risk: {
    un_open_protection_host_num: number;
    deduct_score: number;
    total_risk_num: number;
  };
  total_risk_num: number;
}

export type SeverityWord = "Critical" | "High" | "Medium" | "Low";

export interface HostRisk {
  severity: SeverityWord;
  effected_host_num: number;
  risk_num: number;
}

export interface ImageRisk {
  severity: SeverityWord;
  image_num: number;
}

export interface PolicyInfo {
  policy_id: string;
  policy_name: string;
  os_type: string;
  host_num: number;
  rule_name: string;
}
