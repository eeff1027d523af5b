# Runs stages one by one and sums them up; sourced by .ci/run.
# $results is the folder in which a stage leaves jest's result files, one .json each.

stages_passed=0
stages_failed=()

# stage NAME COMMAND...: runs the command under a heading, notes how it ended, and never ends the script.
stage() {
  local name=$1 started=$SECONDS ended
  shift
  printf '\n=== %s\n' "$name"
  if "$@" </dev/null; then
    stages_passed=$((stages_passed + 1)) ended=ok
  else
    stages_failed+=("$name") ended=FAILED
  fi
  printf -- '--- %s: %s after %d s\n' "$name" "$ended" "$((SECONDS - started))"
}

# Prints what failed and the counts of tests and stages together; false if anything failed.
summary() {
  local tests_passed tests_failed name
  read -r tests_passed tests_failed < <(node scripts/ci/count-tests.mjs "$results")
  printf '\n=== Summary after %d s\n' "$SECONDS"
  for name in "${stages_failed[@]}"; do printf 'failed stage: %s\n' "$name"; done
  printf '%d passed, %d failed\n' \
    "$((tests_passed + stages_passed))" "$((tests_failed + ${#stages_failed[@]}))"
  [ "$tests_failed" -eq 0 ] && [ "${#stages_failed[@]}" -eq 0 ]
}
