export { approverGroupIds, rulesGroupIds } from './approver-groups.ts';
export { changeResource, endResource } from './change-resource.ts';
export { createResource } from './create-resource.ts';
export { getResource, listResources } from './list-resources.ts';
export { changeMask, createMask, endMask } from './masks.ts';
export type * from './model.ts';
export { catalogSeen, listObjects, type SeenObject } from './objects.ts';
export type * from './schema.ts';
export { answeredBy, nobody, resourcesVisibleTo, reviewedBy } from './visible.ts';
