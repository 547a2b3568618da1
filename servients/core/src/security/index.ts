/** Who may do what with which Thing: the same rules over every binding. */
export type {
  Access,
  AccessRequest,
  AffordanceFolder,
  Credentials,
  Principal,
  SecurityDefinition,
  ThingSecurity,
} from "./access";
export {
  type CertifiedKey,
  makeAuthority,
  makeServerCertificate,
  type ServerCertificateOptions,
} from "./certificates";
export { describeSecurity, securityOver, withSecurity } from "./describe-security";
export { challengesOf, HttpGuard, loggableUrl } from "./http-guard";
export {
  type OpenAccessOptions,
  type OpenedAccess,
  openAccess,
  readTokenKeys,
} from "./open-access";
export { hashPassword, verifyPassword } from "./password-hash";
export {
  makeSecretFolder,
  type SecretFiles,
  secretFiles,
  writeSecretFile,
} from "./secret-files";
export {
  credentialsOf,
  isServiceName,
  SERVICE_SCOPES,
  type ServiceAccount,
  type ServiceCredentials,
  type ServiceKind,
  type ServiceSecrets,
  secretHash,
  serviceAccount,
  serviceCredentials,
  serviceName,
} from "./service-account";
export {
  type AccessOptions,
  createAccess,
  DIRECTORY_NAME,
  SERVER_NAME,
  type SiteAccess,
} from "./site-access";
export {
  brokerLogin,
  hasOpenThings,
  schemesOf,
  siteAuthority,
  siteCertificate,
  siteCredentials,
  siteHosts,
} from "./site-client";
export { makeTokenKeys, mintToken, type TokenKeys, tokenVerifier } from "./tokens";
export { NO_USERS, USER_NAME_PATTERN, type User, type UserList } from "./users";
export { loadUsers, saveUsers } from "./users-file";
