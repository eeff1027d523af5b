/** Whether a staging label is one of keyturn's own, which says nothing about a rotation of the service. */
export function isOwnLabel(label: string): boolean {
  return label.startsWith('KEYTURN_');
}
