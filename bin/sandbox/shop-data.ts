// Rows of the sandbox's shop. Pure and deterministic: the same size gives the same rows, always.

export interface ShopSize {
  readonly customers: number;
  readonly orders: number;
}

/** Orders 1 to this number have no payments: they can be deleted without a foreign key in the way. */
export const ordersWithoutPayments = 100;

export interface CustomerRow {
  readonly id: number;
  readonly name: string;
  readonly email: string;
  readonly ssn: string;
  readonly phone: string;
  readonly createdAt: Date;
}

export interface OrderRow {
  readonly id: number;
  readonly customerId: number;
  readonly totalCents: number;
  readonly status: string;
  readonly placedAt: Date;
}

export interface PaymentRow {
  readonly id: number;
  readonly orderId: number;
  readonly cardNumber: string;
  readonly amountCents: number;
  readonly paidAt: Date;
}

const firstDay = Date.UTC(2023, 0, 2);
const days = 1_000;
const dayMs = 86_400_000;

/** A number in [0, below) that depends on nothing but its arguments (a 32-bit integer hash). */
function pick(seed: number, salt: number, below: number): number {
  let hash = Math.imul(seed ^ Math.imul(salt, 0x9e3779b1), 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  hash ^= hash >>> 16;
  return (hash >>> 0) % below;
}

function of<Item>(list: readonly Item[], seed: number, salt: number): Item {
  return list[pick(seed, salt, list.length)] as Item;
}

export function customer(id: number): CustomerRow {
  const first = of(firstNames, id, 1);
  const last = of(lastNames, id, 2);
  const mailbox = `${first}.${last}`.toLowerCase().replaceAll(/[^a-z.]/g, '');
  return {
    id,
    name: `${first} ${last}`,
    email: `${mailbox}${id}@${of(mailDomains, id, 3)}`,
    ssn: socialSecurityNumber(id),
    phone: `+1 ${of(areaCodes, id, 4)} 555 ${String(pick(id, 5, 10_000)).padStart(4, '0')}`,
    createdAt: new Date(firstDay + pick(id, 6, days - 400) * dayMs + pick(id, 7, dayMs)),
  };
}

// The forms that are really issued: no area 000, 666 or 9xx, no group 00, no serial 0000.
function socialSecurityNumber(id: number): string {
  const area = 100 + pick(id, 8, 565);
  const group = 1 + pick(id, 9, 99);
  const serial = 1 + ((id * 7 + pick(id, 10, 3)) % 9_999);
  return [String(area), String(group).padStart(2, '0'), String(serial).padStart(4, '0')].join('-');
}

export function order(id: number, size: ShopSize): OrderRow {
  const placed = firstDay + Math.floor((id / size.orders) * (days - 30)) * dayMs + pick(id, 12, dayMs);
  return {
    id,
    customerId: 1 + pick(id, 11, size.customers),
    totalCents: 490 + pick(id, 13, 40_000),
    status: id <= ordersWithoutPayments ? of(['pending', 'cancelled'], id, 14) : of(statuses, id, 14),
    placedAt: new Date(placed),
  };
}

/** An order's payments: none for the first hundred, one for most, two for every fourteenth. */
export function paymentsOf(orderRow: OrderRow): Omit<PaymentRow, 'id'>[] {
  if (orderRow.id <= ordersWithoutPayments) return [];
  const parts = orderRow.id % 14 === 0 ? 2 : 1;
  const first = Math.floor(orderRow.totalCents / parts);
  return Array.from({ length: parts }, (_, part) => ({
    orderId: orderRow.id,
    cardNumber: cardNumber(orderRow.customerId * 3 + part),
    amountCents: part === 0 ? first : orderRow.totalCents - first,
    paidAt: new Date(orderRow.placedAt.getTime() + (1 + part) * 3_600_000),
  }));
}

/** Sixteen digits with the brand's prefix and a check digit by Luhn (ISO/IEC 7812-1). */
export function cardNumber(seed: number): string {
  let digits: string = of(cardPrefixes, seed, 20);
  for (let place = digits.length; place < 15; place += 1) digits += pick(seed, 20 + place, 10);
  return digits + luhnDigit(digits);
}

function luhnDigit(digits: string): number {
  let sum = 0;
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place]);
    const doubled = place % 2 === 0 ? digit * 2 : digit;
    sum += doubled > 9 ? doubled - 9 : doubled;
  }
  return (10 - (sum % 10)) % 10;
}

const statuses = ['paid', 'paid', 'shipped', 'shipped', 'shipped', 'delivered', 'refunded'] as const;
const cardPrefixes = ['400012', '453201', '471604', '520082', '540500', '222300'] as const;
const mailDomains = ['example.com', 'example.org', 'example.net', 'mail.example.com'] as const;
const areaCodes = ['206', '212', '312', '415', '503', '617', '718', '808', '916', '971'] as const;
const firstNames = [
  ...['Amara', 'Beatriz', 'Chen', 'Dmitri', 'Elena', 'Farid', 'Grazia', 'Hiro', 'Ingrid', 'Jamal'],
  ...['Keiko', 'Liam', 'Maya', 'Nikhil', 'Olga', 'Priya', 'Quentin', 'Rosa', 'Samuel', 'Tamsin'],
  ...['Umar', 'Vera', 'Wanda', 'Ximena', 'Yusuf', 'Zofia', 'Anders', 'Bridget', 'Carlos', 'Dana'],
] as const;
const lastNames = [
  ...['Abbott', 'Bauer', 'Castillo', 'Dubois', 'Eriksen', 'Fontaine', 'Gupta', 'Hansen', 'Ibrahim'],
  ...['Jansen', 'Kowalski', 'Lindgren', 'Moreau', 'Nakamura', "O'Brien", 'Petrov', 'Quinn', 'Rossi'],
  ...['Schneider', 'Tanaka', 'Usman', 'Vasquez', 'Weber', 'Xu', 'Yamada', 'Zimmermann', 'Okafor'],
  ...['Sato', 'Novak', 'Larsen', 'Mbeki', 'Costa', 'Haddad'],
] as const;
