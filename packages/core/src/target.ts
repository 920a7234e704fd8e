/** What one API call covers: account × region × project × enterprise-project filter. */
export interface Target {
  account: string;
  region: string;
  projectId: string;
  projectName: string;
  /** The `enterprise_project_id` that is sent; `all_granted_eps` covers the whole project. */
  enterpriseProjectId: string;
}

/** Sent unless configured otherwise: leaving it out would count the default enterprise project alone. */
export const ALL_ENTERPRISE_PROJECTS = "all_granted_eps";
