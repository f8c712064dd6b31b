import { TextArea } from '../ui/field.tsx';

/** Why, for the second admin; outside the sandbox. */
export function WhyField() {
  return (
    <TextArea
      label="Why"
      name="why"
      rows={2}
      maxLength={2000}
      hint="Another admin reads it and has to consent before it counts."
    />
  );
}
