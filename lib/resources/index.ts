import type { Context } from '#lib/auth/context';
import type { SealingKey } from '#lib/core/sealing';
import type { ResourceDetail, ResourceObject, ResourceRow } from './model.ts';
import type { MaskChange, MaskEnd, NewMask, NewResource, ResourceChange, ResourceEnd } from './schema.ts';

export type * from './model.ts';
export type * from './schema.ts';

export declare function listResources(
  context: Context,
  filter: { search?: string; ended?: boolean },
): Promise<readonly ResourceRow[]>;
export declare function getResource(context: Context, resourceId: string): Promise<ResourceDetail>;
/** The catalog with its masks, as the gateway read it last. */
export declare function listObjects(context: Context, resourceId: string): Promise<readonly ResourceObject[]>;
/** `key` seals the password; it is not needed when none is given. */
export declare function createResource(
  context: Context,
  input: NewResource,
  key: SealingKey | null,
): Promise<{ id: string }>;
export declare function changeResource(
  context: Context,
  input: ResourceChange,
  key: SealingKey | null,
): Promise<void>;
/** Its grants end with it; live sessions are cut. */
export declare function endResource(
  context: Context,
  input: ResourceEnd,
): Promise<{ cutIds: readonly string[] }>;
export declare function createMask(context: Context, input: NewMask): Promise<{ id: string }>;
export declare function changeMask(context: Context, input: MaskChange): Promise<void>;
export declare function endMask(context: Context, input: MaskEnd): Promise<void>;
