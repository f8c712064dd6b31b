/** Luhn's check over a string of digits: payment cards. */
export function passesLuhn(digits: string): boolean {
  let sum = 0;
  for (let index = 0; index < digits.length; index += 1) {
    const value = Number(digits[digits.length - 1 - index]);
    const doubled = index % 2 === 1 ? value * 2 : value;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return sum % 10 === 0;
}

/** ISO 7064 mod 97-10 over an IBAN without spaces. */
export function passesIban(iban: string): boolean {
  const moved = iban.slice(4) + iban.slice(0, 4);
  let rest = 0;
  for (const character of moved) {
    const value = Number.parseInt(character, 36);
    if (Number.isNaN(value)) return false;
    rest = (rest * (value > 9 ? 100 : 10) + value) % 97;
  }
  return rest === 1;
}

/** US social security number: areas, groups and serials that are never issued are none. */
export function isSocialSecurityNumber(text: string): boolean {
  const [area = '', group = '', serial = ''] = text.split(/[- ]/);
  return !/^(000|666|9\d\d)$/.test(area) && group !== '00' && serial !== '0000';
}

/** UK national insurance number: prefixes that are never issued are none. */
export function isInsuranceNumber(text: string): boolean {
  return !/^(BG|GB|KN|NK|NT|TN|ZZ)/.test(text.toUpperCase());
}
