export type { CallWatcher } from "./call-watcher.ts";
export {
  type Cloud,
  DEFAULT_ENDPOINTS,
  DEFAULT_LIMITS,
  type Endpoints,
  hssEndpoint,
  openCloud,
  type RequestLimits,
} from "./cloud.ts";
export type { AgencyCredential, Credential, KeyCredential, PasswordCredential } from "./credential.ts";
export {
  discoverTargets,
  type EnterpriseProjects,
  type Inventory,
  type LeftOut,
} from "./discover-targets.ts";
export type { Unreadable } from "./discovery/read-project.ts";
export { ALL, isWholeAccount, wholeAccount } from "./discovery/whole-account.ts";
export {
  AddressRefusedError,
  ClockError,
  CloudError,
  CloudFaultError,
  ContractError,
  CrashedError,
  CredentialError,
  DeadlineError,
  FrozenProjectError,
  HopError,
  NetworkError,
  NotAvailableError,
  NotDiscoveredError,
  NotFoundError,
  PermissionError,
  ProjectTokenError,
  RegionError,
  RejectedError,
  ThrottledError,
  TimeoutError,
  TooLargeError,
  UnreadableProjectError,
  UnsendableHeaderError,
} from "./errors.ts";
export { FAILURE_KINDS, type FailureKind } from "./failure-kind.ts";
export type { ClockReading } from "./http/clock-reading.ts";
export {
  type Endpoint,
  type EndpointSetting,
  endpointOf,
  placeOf,
} from "./http/endpoint.ts";
export { longestCallMs, longestTryMs } from "./http/longest-call.ts";
export { DIRECT, type ForwardProxy, type ProxyRoutes, proxyFor } from "./http/proxy-routes.ts";
export { LONGEST_PAUSE_MS } from "./http/retry-after.ts";
export { type WallClock, withinWallClock } from "./http/wall-clock.ts";
export { type Binding, type LeastTime, type Load, leastTimes } from "./least-time.ts";
export { type FetchedRiskList, listSecurityRisk } from "./list-security-risk.ts";
export {
  DOCUMENTED_QUOTA,
  type Egress,
  lane,
  type Network,
  type NetworkOptions,
  openNetwork,
} from "./network.ts";
export { type Lanes, type Pace, Pacer, type Quota, type Turn } from "./pace.ts";
export { type Probe, probe } from "./probe.ts";
export { type ReadRiskList, readRiskList } from "./read-risk-list.ts";
export { KNOWN_REGIONS, type Regions, regionOf } from "./regions.ts";
export {
  CAPS,
  CATEGORIES,
  type Category,
  type CategoryRisk,
  type CounterValue,
  type Policy,
  type RiskList,
  type Severity,
  type SeverityRisk,
  type TextFinding,
} from "./risk-list.ts";
export { Secret } from "./secret.ts";
export { type OfficialScore, showRiskScore } from "./show-risk-score.ts";
export { ALL_ENTERPRISE_PROJECTS, type Target } from "./target.ts";
