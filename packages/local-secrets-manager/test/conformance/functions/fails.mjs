export async function handler() {
  throw new Error('this function always fails');
}
