#!/bin/sh
# Compresses files with a Compress.FAST server. Needs a POSIX shell, curl and awk.
#   sh compress-fast.sh --help

# Before the key is touched: `sh -x` would print it.
{ set +x; } 2>/dev/null
set -u

usage() {
  cat <<'END'
compress-fast.sh: makes files smaller

  compress-fast.sh [options] FILE...

  --out FOLDER         where results go, under the files' own names; made if it is missing
                       (beside each file, as photo-compressed.jpg)
  --quality QUALITY    of PNG: lossy or lossless. With lossless, other files are not taken,
                       since nothing can promise it for them (lossy)
  --resize SIZE        pictures only: 4k, 2k, 1080p, 720p, pixels of the longest edge, or 50%
  --force              replaces files that are there
  --parallel N         files on the way at once, 1 to 18 (6)
  --timeout SECONDS    for each file, from its upload on (600)

  TOOLS_FAST_API_KEY   the key; never an argument, which other users of the machine could see
  COMPRESS_FAST_URL    the server (http://127.0.0.1:8787)

For each file that is done, a line with tabs between: file, result, bytes before, bytes after.

Exit code: 0 all are done; 1 some failed; 2 nothing was sent, as something is wrong with the
command, the files or the key's form; 3 the key was refused; 4 credits ran out; 5 the server
cannot be reached.
END
}

# Ends with a code, saying why.
die() {
  code=$1
  shift
  printf 'compress-fast: %s\n' "$*" >&2
  exit "$code"
}

tell() { printf 'compress-fast: %s\n' "$*" >&2; }

is_number() {
  case $1 in '' | *[!0-9]* | ??????*) return 1 ;; esac
}

# Where a key may travel: over TLS, or not out of this machine.
check_url() {
  case $1 in
    https://*) return ;;
    http://*) ;;
    *) die 2 "COMPRESS_FAST_URL must begin with https:// (or http:// on this machine), not: $1" ;;
  esac
  rest=${1#http://}
  host=${rest%%[/?#]*}
  case $host in
    localhost | localhost:* | 127.0.0.1 | 127.0.0.1:* | '[::1]' | '[::1]:'*)
      case $host in *@*) ;; *) return ;; esac
      ;;
  esac
  die 2 "over http:// the key could be read on its way. Use https:// for $host"
}

# JSON on standard input becomes lines such as `output.bytes=9876`. Control characters become spaces.
flatten() {
  awk '
    { text = text $0 " " }
    END { at = 1; value("") }
    function space() { while (substr(text, at, 1) ~ /[ \t\r\n]/) at++ }
    function string(  found, letter) {
      found = ""
      for (at++; at <= length(text); at++) {
        letter = substr(text, at, 1)
        if (letter == "\"") break
        if (letter == "\\") {
          letter = substr(text, ++at, 1)
          if (letter == "u") { at += 4; letter = "?" }
          else if (letter ~ /[bfnrt]/) letter = " "
        }
        found = found letter
      }
      at++
      return found
    }
    function value(path,  first, name, count) {
      space()
      first = substr(text, at, 1)
      if (first == "\"") { print path "=" string(); return }
      if (first != "{" && first != "[") {
        match(substr(text, at), /^[^],} \t]*/)
        if (RLENGTH < 1) { at = length(text) + 1; return }
        print path "=" substr(text, at, RLENGTH)
        at += RLENGTH
        return
      }
      at++
      for (count = 0; at <= length(text); count++) {
        space()
        if (substr(text, at, 1) ~ /[]}]/) { at++; return }
        name = count
        if (first == "{") { name = string(); space(); at++ }
        value(path == "" ? name : path "." name)
        space()
        if (substr(text, at, 1) == ",") at++
      }
    }'
}

# The value of a member in lines that `flatten` made; nothing when it is null or missing.
member() {
  awk -v name="$1=" 'index($0, name) == 1 { found = substr($0, length(name) + 1); exit } END { if (found != "null") print found }' <"$2"
}

# Asks the server. Its answer is in $job.body and $job.head, the status in $http: 000 when there was none.
ask() {
  rm -f -- "$job.body" "$job.head"
  http=$(
    # The key comes over a pipe, since every user of the machine can read arguments.
    printf 'header = "X-Fast-Api-Key: %s"\n' "$key" |
      curl -q --config - --silent --proto '=http,https' --connect-timeout 10 --speed-limit 1 --speed-time 60 \
        --max-time "$timeout" --dump-header "$job.head" --output "$job.body" --write-out '%{http_code}' "$@"
  ) || http=000
  touch "$job.body" "$job.head"
}

# Seconds that the server wants to be left alone, else those given.
pause() {
  asked=$(awk 'tolower($1) == "retry-after:" { sub(/\r$/, "", $2); found = $2 } END { print found }' <"$job.head")
  if is_number "$asked" && [ "$asked" -gt 0 ]; then sleep "$asked"; else sleep "$1"; fi
}

# What stays true of an account ends all files: the reason is noted for the other workers.
stop_all() {
  [ -e "$work/stop" ] || printf '%s %s\n' "$1" "$2" >"$work/stop"
}

# Says why the server did not do what it was asked. Always fails.
refused() {
  flatten <"$job.body" >"$job.facts"
  code=$(member error "$job.facts")
  detail=$(member detail "$job.facts")
  case $http in
    000) stop_all 5 "the server at $url cannot be reached" ;;
    401) stop_all 3 "the key was refused: it is unknown, revoked, or not for this address" ;;
    402) stop_all 4 "${detail:-there are not enough credits}" ;;
    *) tell "$file: ${detail:-the server answered $http} ${code:+($code)}" ;;
  esac
  return 1
}

extension_of() {
  name=${1##*/}
  case $name in *.*) printf '%s\n' "${name##*.}" | tr '[:upper:]' '[:lower:]' ;; esac
}

# The API's options for a file, as JSON; nothing when there are none.
options_for() {
  png=
  case $(extension_of "$1") in
    png) [ -z "$quality" ] || png=",\"smartCompression\":{\"mode\":\"$quality\"}" ;;
    pdf | docx | pptx | xlsx) return ;;
  esac
  [ -z "$png$resize" ] || printf '{"_schemaVersion":1%s%s}' "$png" "$resize"
}

# Hands a file in until there is a place for it.
submit() {
  case $file in /*) path=$file ;; *) path=./$file ;; esac
  quoted=$(printf '%s' "$path" | sed 's/[\\"]/\\&/g')
  options=$(options_for "$file")
  set -- --form "file=@\"$quoted\""
  [ -z "$options" ] || set -- "$@" --form-string "options=$options"
  tries=0
  while :; do
    ask --header "Idempotency-Key: $once" "$@" "$url/compress"
    case $http in
      202) return ;;
      429 | 503) ;;
      *) refused; return 1 ;;
    esac
    tries=$((tries + 1))
    [ "$(seconds)" -lt "$deadline" ] || { refused; return 1; }
    pause $((tries < 5 ? tries : 5))
  done
}

seconds() { date +%s; }

# Asks until the job is over. Once a second is what the server allows.
follow() {
  missed=0
  while :; do
    sleep 1
    [ "$(seconds)" -lt "$deadline" ] || { tell "$file: not done after $timeout seconds; its job is $id"; return 1; }
    ask "$url/compress/job/$id"
    case $http in
      200)
        missed=0
        flatten <"$job.body" >"$job.facts"
        case $(member status "$job.facts") in
          Succeeded) return 0 ;;
          Failed | Canceled)
            tell "$file: $(member status "$job.facts") $(member error.code "$job.facts") $(member error.detail "$job.facts")"
            return 1
            ;;
        esac
        ;;
      000 | 5??)
        missed=$((missed + 1))
        [ "$missed" -lt 6 ] || { refused; return 1; }
        pause "$missed"
        ;;
      429) pause 2 ;;
      *) refused; return 1 ;;
    esac
  done
}

# Where a result goes that the server calls so. The extension is that of what it is.
target_for() {
  name=${file##*/}
  stem=${name%.*}
  ext=${1##*.}
  case $ext in '' | *[!A-Za-z0-9]*) ext=${name##*.} ;; esac
  case $file in */*) folder=${file%/*} ;; *) folder=. ;; esac
  if [ -n "$out" ]; then
    printf '%s/%s.%s\n' "$out" "$stem" "$ext"
  elif [ "$folder" = . ] && [ "${file#./}" = "$file" ]; then
    printf '%s-compressed.%s\n' "$stem" "$ext"
  else
    printf '%s/%s-compressed.%s\n' "$folder" "$stem" "$ext"
  fi
}

# Whether a result may go to a place.
may_write() {
  [ -n "$force" ] || [ ! -e "$1" ] && return
  tell "$file: $1 is there already (--force replaces it)"
  return 1
}

# Fetches a result, looks whether it is whole, and puts it in its place at once.
fetch() {
  target=$(target_for "$(member output.fileName "$job.facts")")
  # Another of the files may have gone there since.
  may_write "$target" || return 1
  ask "$url/compress/job/$id/download"
  [ "$http" = 200 ] || { refused; return 1; }
  before=$(size_of "$file")
  after=$(size_of "$job.body")
  expected=$(member output.bytes "$job.facts")
  if [ -n "$expected" ] && [ "$expected" != "$after" ]; then
    tell "$file: $after of $expected bytes came"
    return 1
  fi
  # On the target's disk first, so that nobody sees half a file.
  case $target in */*) part=${target%/*} ;; *) part=. ;; esac
  part=$part/.compress-fast-$once
  if ! { cat <"$job.body" >"$part" && mv -f -- "$part" "$target"; } 2>/dev/null; then
    rm -f -- "$part"
    tell "$file: cannot write $target"
    return 1
  fi
  printf '%s\t%s\t%s\t%s\n' "$file" "$target" "$before" "$after"
}

size_of() { wc -c <"$1" | tr -d ' '; }

# From a file to its result. Fails when there is none.
compress() {
  once=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
  deadline=$(($(seconds) + timeout))
  # What cannot be kept need not be paid for.
  may_write "$(target_for "$file")" || return 1
  submit || return 1
  flatten <"$job.body" >"$job.facts"
  id=$(member id "$job.facts")
  case $id in '' | *[!A-Za-z0-9-]*) tell "$file: the server named no job"; return 1 ;; esac
  printf '%s\n' "$id" >"$job.id"
  follow || return 1
  rm -f -- "$job.id"
  fetch || return 1
  # Files need not stay on the server for longer. If this fails, they go by themselves.
  ask --request DELETE "$url/compress/job/$id"
}

# Takes every so manieth file: `worker 2 FILE...` the third, and those that many further on.
worker() {
  mine=$1
  shift
  number=0
  for file; do
    if [ $((number % parallel)) -eq "$mine" ] && [ ! -e "$work/stop" ]; then
      job=$work/$number
      compress || : >"$work/failed"
    fi
    number=$((number + 1))
  done
}

# Asked to stop: what was handed in is canceled, and its credits come back.
interrupted() {
  trap '' INT TERM
  # shellcheck disable=SC2086 # a list of numbers
  kill $workers 2>/dev/null
  job=$work/cancel
  for open in "$work"/*.id; do
    [ -e "$open" ] || continue
    read -r id <"$open"
    ask --request POST "$url/compress/job/$id/cancel"
  done
  exit "$1"
}

out=''
quality=''
resize=''
force=''
parallel=6
timeout=600
while [ $# -gt 0 ]; do
  case $1 in
    --out | --quality | --resize | --parallel | --timeout)
      [ $# -gt 1 ] || die 2 "$1 needs a value; see --help"
      ;;
  esac
  case $1 in
    -h | --help) usage; exit 0 ;;
    --out) out=$2; shift ;;
    --quality) quality=$2; shift ;;
    --resize) resize=$2; shift ;;
    --parallel) parallel=$2; shift ;;
    --timeout) timeout=$2; shift ;;
    --force) force=yes ;;
    --) shift; break ;;
    -?*) die 2 "there is no option $1; see --help" ;;
    *) break ;;
  esac
  shift
done
[ $# -gt 0 ] || die 2 'no files were named; see --help'

case $quality in '' | lossy | lossless) ;; *) die 2 "--quality is lossy or lossless, not $quality" ;; esac
case $resize in
  '') ;;
  4k | 2k | 1080p | 720p) resize=",\"resize\":{\"enabled\":true,\"preset\":\"$resize\"}" ;;
  *%)
    value=${resize%\%}
    { is_number "$value" && [ "$value" -ge 1 ] && [ "$value" -le 99 ]; } || die 2 '--resize takes 1% to 99%'
    resize=",\"resize\":{\"enabled\":true,\"preset\":\"custom\",\"mode\":\"percentage\",\"value\":$value}"
    ;;
  *)
    { is_number "$resize" && [ "$resize" -ge 1 ] && [ "$resize" -le 10000 ]; } ||
      die 2 "--resize is 4k, 2k, 1080p, 720p, 1 to 10000 pixels or a percentage, not $resize"
    resize=",\"resize\":{\"enabled\":true,\"preset\":\"custom\",\"mode\":\"pixels\",\"value\":$resize}"
    ;;
esac
{ is_number "$parallel" && [ "$parallel" -ge 1 ] && [ "$parallel" -le 18 ]; } || die 2 '--parallel is 1 to 18'
{ is_number "$timeout" && [ "$timeout" -ge 1 ]; } || die 2 '--timeout is a number of seconds'

for file; do
  { [ -f "$file" ] && [ -r "$file" ]; } || die 2 "there is no file $file that can be read"
  [ "$quality" != lossless ] || [ "$(extension_of "$file")" = png ] ||
    die 2 "$file: only PNG can be compressed with --quality lossless"
done

key=${TOOLS_FAST_API_KEY:-}
# Programs that are started from here get it where they need it and nowhere else.
unset TOOLS_FAST_API_KEY
[ -n "$key" ] || die 2 'no key: set TOOLS_FAST_API_KEY'
case $key in *[!A-Za-z0-9_-]*) die 2 'TOOLS_FAST_API_KEY holds characters that no key has' ;; esac
url=${COMPRESS_FAST_URL:-http://127.0.0.1:8787}
url=${url%/}
check_url "$url"
command -v curl >/dev/null || die 2 'curl is not installed'
if [ -n "$out" ]; then mkdir -p -- "$out" || die 2 "cannot make the folder $out"; fi

umask_before=$(umask)
umask 077
work=$(mktemp -d) || die 2 'cannot make a temporary folder'
umask "$umask_before"
trap 'rm -rf -- "$work"' EXIT
workers=
trap 'interrupted 130' INT
trap 'interrupted 143' TERM

mine=0
while [ "$mine" -lt "$parallel" ] && [ "$mine" -lt $# ]; do
  worker "$mine" "$@" &
  workers="$workers $!"
  mine=$((mine + 1))
done
wait

if [ -e "$work/stop" ]; then
  read -r code why <"$work/stop"
  die "$code" "$why"
fi
[ ! -e "$work/failed" ]
