export { type Importer, openImporter } from './import.ts';
export type * from './model.ts';
export { overview } from './overview.ts';
export { permissionsOf, withUsage } from './rules.ts';
export { type PermissionShare, permissionShares } from './shares.ts';
export { touchedObjects } from './touched.ts';
export { type UnusedPage, unusedPermissions, unusedRowsMax } from './unused.ts';
export {
  catalogOf,
  grantUsage,
  permissionsWithUsage,
  permissionUsage,
  type UsedGrant,
  usageOf,
} from './usage-of.ts';
