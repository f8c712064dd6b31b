export { changePerson, updatePerson } from './change-person.ts';
export { createPerson, insertPerson } from './create-person.ts';
export { changeGroup, createGroup, insertGroup, updateGroup } from './groups.ts';
export { listGroups, listPeople } from './list-people.ts';
export type * from './model.ts';
export { isRole, personActor } from './person-actor.ts';
export { personRef } from './person-ref.ts';
export type * from './schema.ts';
export { personForSignIn } from './sign-in.ts';
