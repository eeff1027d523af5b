# Gets a docker engine for .ci/run, which sources this; needs root and apt-get where none answers.
# $scratch is a folder for everything the engine writes.

docker_pid=

start_docker_engine() {
  if docker info >/dev/null 2>&1; then
    echo 'an engine answers already'
    return
  fi
  if ! command -v dockerd >/dev/null || ! command -v docker >/dev/null; then
    apt-get update -qq || return
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends docker.io || return
    # Where services are run, the package has started one.
    if docker info >/dev/null 2>&1; then return; fi
  fi

  export DOCKER_HOST=unix://$scratch/docker.sock
  dockerd --host "$DOCKER_HOST" --data-root "$scratch/docker" --exec-root "$scratch/docker-exec" \
    --pidfile "$scratch/docker.pid" >"$scratch/dockerd.log" 2>&1 &
  docker_pid=$!
  local waited
  for ((waited = 0; waited < 300; waited++)); do
    if docker info >/dev/null 2>&1; then
      docker version --format 'engine {{.Server.Version}} started'
      return
    fi
    kill -0 "$docker_pid" 2>/dev/null || break
    sleep 0.2
  done
  echo 'the docker engine does not start:' >&2
  tail -n 20 "$scratch/dockerd.log" >&2
  return 1
}

# Stops the engine if start_docker_engine started it.
stop_docker_engine() {
  [ -n "$docker_pid" ] || return 0
  kill "$docker_pid" 2>/dev/null && wait "$docker_pid"
  docker_pid=
}
