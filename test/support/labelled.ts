/** Cases for `test.each` with a `$label` that is short enough to read, however long the value is. */
export function labelled<Value extends string>(values: readonly Value[]): { label: string; value: Value }[] {
  return values.map((value) => ({ label: JSON.stringify(value.slice(0, 40)), value }));
}
