export { changePerson } from './change-person.ts';
export { createPerson } from './create-person.ts';
export { changeGroup, createGroup } from './groups.ts';
export { listGroups, listPeople } from './list-people.ts';
export type * from './model.ts';
export { personActor } from './person-actor.ts';
export { personRef } from './person-ref.ts';
export type * from './schema.ts';
export { personForSignIn } from './sign-in.ts';
