export { type FieldFormat, type FieldMasker, fieldMasker, maskField } from './field.ts';
export { isPlaceholder } from './marks.ts';
export { type MaskFault, type MaskVerdict, planMasks } from './plan.ts';
export { type MaskKey, maskText } from './text.ts';
