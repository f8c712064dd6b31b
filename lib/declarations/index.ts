export { type Applying, applyDeclaration, planDeclaration } from './apply-declaration.ts';
export type { DeclarationInput, Plan, PlannedChange } from './plan-model.ts';
export { type DeclarationFile, readDeclaration, refused } from './read-declaration.ts';
export type { Declaration, DeclaredSecret } from './schema.ts';
