export { type CopyMasker, type CopyOptions, copyMasker, type MaskAt } from './copy.ts';
export { type Detection, type DetectorName, detect, detectorNames, hideDetected } from './detectors.ts';
export { type FieldFormat, type FieldMasker, fieldMasker, maskField } from './field.ts';
export { type LookedUp, lookedUp, lookupsMax, lookupsMaxDefault } from './lookups.ts';
export { isPlaceholder } from './marks.ts';
export { type MaskFault, type MaskVerdict, planMasks } from './plan.ts';
export { type ReportFields, type Scrubbed, scrubReport } from './scrub.ts';
export { type MaskKey, maskText } from './text.ts';
export { type WrittenValues, writesPlaceholder } from './writes.ts';
