export { decideAccessRequest } from './decide-access-request.ts';
export { expireAccessRequests } from './expiry.ts';
export { countAccessRequests, getAccessRequest, listAccessRequests } from './list-access-requests.ts';
export type * from './model.ts';
export { requestAccess } from './request-access.ts';
export type * from './schema.ts';
