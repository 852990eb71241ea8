# client {"engine": "curl", "resolver": "glibc", "image": "node:22-bookworm", "command": ["sh"], "memory": 32}
#
# Sends requests one after the other and prints the log protocol of split/protocol/line.ts. It uses only the shell's own
# commands and curl, and sleep for a rate, because an image with curl may have nothing else.
#
# Arguments: name of the client; "new" or "kept-alive"; number of requests to each Service, by index of the pod; port;
# Services, each as name or as name=host:port.
#
# Environment:
#   JOB_COMPLETION_INDEX  index of the pod
#   RATE                  the most requests to start in a second, 0 to start each when the one before has ended
#   COUNTERS              names of the kernel's counters to read
#   CA_FILE               certificate of the only authority to trust, for HTTPS; not set without TLS
#
# Each new connection has its own curl process, which looks the name up and has no TLS session of an earlier one. A kept
# connection has one process for all requests. Names are short and found by the pod's search domains, as a person would
# type them.

# Character classes are ASCII, and messages are English.
export LC_ALL=C

client=$1 connection=$2 requests=$3 port=$4
shift 4
# Removes the numbers before the pod's own, then those after it.
index=${JOB_COMPLETION_INDEX:-0}
while [ "$index" -gt 0 ]; do
    requests=${requests#*,} index=$((index - 1))
done
requests=${requests%%,*}
rate=${RATE:-0} ca=${CA_FILE:-}
# Seconds from the start of one request to the next.
[ "$rate" -eq 0 ] || pause=$((1 / rate)).$(printf '%03d' $((rate == 1 ? 0 : 1000 / rate)))

# It also marks the line that curl prints after each answer: no answer can contain it.
read -r uuid </proc/sys/kernel/random/uuid
run=${uuid%%-*}

record() { # sequence, kind, JSON
    printf 'ts4 %s %s %s %s\n' "$run" "$1" "$2" "$3"
}

# Replaces the characters that a JSON string must escape.
text() {
    rest=$1
    while :; do
        case $rest in
        *[\"\\[:cntrl:]]*) rest=${rest%%[\"\\[:cntrl:]]*}\'${rest#*[\"\\[:cntrl:]]} ;;
        *) break ;;
        esac
    done
    printf '%s' "$rest"
}

call() {
    set -- -q ${ca:+--cacert "$ca" --capath "${ca%/*}"} --silent --noproxy '*' --max-time 10 --max-filesize 4096 --write-out \
        "\n$uuid %{exitcode} %{http_code} %{num_connects} %{time_namelookup} %{time_connect} %{time_appconnect} %{time_total} \"%{remote_ip}\" %{errormsg}\n" "$@"
    curl "$@"
}

calls() { # URL
    if [ "$connection" = kept-alive ]; then
        # A range of numbers in the query makes one process send that many requests.
        # Without a buffer, each answer is read when it arrives.
        if [ "$rate" -gt 0 ]; then
            call --rate "$rate/s" --no-buffer "$1?[1-$requests]"
        else
            call --no-buffer "$1?[1-$requests]"
        fi
        return
    fi
    sent=0
    while [ "$sent" -lt "$requests" ]; do
        if [ "$rate" -gt 0 ]; then
            sleep "$pause" &
            call "$1"
            wait
        else
            call "$1"
        fi
        sent=$((sent + 1))
    done
}

# Reads what `calls` prints: for each request the body of the answer, then the line of curl's --write-out.
records() { # position of the Service
    index=0 connections=0 body=
    while IFS= read -r line; do
        case $line in
        "$uuid "*) ;;
        *)
            # A longer body is no name. The last line is empty where the body ends with a line break.
            if [ -n "$line" ] && [ ${#body} -le 253 ]; then
                body=$body${body:+ }$line
            fi
            continue
            ;;
        esac
        IFS=' ' read -r _ code status opened resolved connected secured total address error <<EOF
$line
EOF
        pod=null what=
        case $body in
        '' | [.-]* | *[.-] | *[!a-z0-9.-]*) what="not a pod's name: ${#body} characters" ;;
        esac
        if [ ${#body} -gt 253 ]; then
            what="not a pod's name: more than 253 characters"
        fi
        if [ "$code" != 0 ]; then
            what="curl ($code): $(text "$error")"
        elif [ "$status" != 200 ]; then
            what="HTTP $status"
        fi
        if [ -z "$what" ]; then
            pod=\"$body\"
        else
            what=",\"$what\""
        fi
        # On a kept connection, curl reports a time although there was no handshake.
        case $opened:$secured in
        0:* | *:0.000000) secured=null ;;
        esac
        if [ "$address" = '""' ]; then
            address=null number=null
        else
            connections=$((connections + opened))
            number=$((connections - 1))
        fi
        record $((1 + $1 * requests + index)) request \
            "[$1,$index,$number,$address,$pod,$resolved,$connected,$secured,$total$what]"
        index=$((index + 1)) body=
    done
}

# The kernel's TCP counters in the pod's network namespace, as JSON. A counter that the kernel does not have is left
# out.
counters() {
    found=
    for file in snmp netstat; do
        # Each group is a line of names and then a line of values.
        while read -r names && read -r values; do
            case $names in
            Tcp:* | TcpExt:*) ;;
            *) continue ;;
            esac
            # shellcheck disable=SC2086 -- a word each
            set -- $values
            for name in $names; do
                case " ${COUNTERS:-} " in
                *" $name "*) found=$found${1:+${found:+,}\"$name\":$1} ;;
                esac
                [ $# -eq 0 ] || shift
            done
        done 2>/dev/null </proc/net/$file
    done
    printf '{%s}' "$found"
}

# Who resolves names for curl, as JSON: c-ares if the version says so, else the C library of the loader that the binary
# names; null for a static binary.
resolver() { # output of curl --version
    case $1 in
    *' c-ares/'*)
        printf '"c-ares"'
        return
        ;;
    esac
    read=0
    while [ "$read" -lt 64 ] && { IFS= read -r line || [ -n "$line" ]; }; do
        case $line in
        */ld-musl-*)
            printf '"musl"'
            return
            ;;
        */ld-linux* | */ld64.so* | */lib/ld.so*)
            printf '"glibc"'
            return
            ;;
        esac
        read=$((read + 1))
    done <"$(command -v curl)"
    printf null
}

version=$(curl --version) || exit
resolver=$(resolver "$version")
version=${version%%
*}
names=
for service in "$@"; do
    names=$names${names:+,}\"${service%%=*}\"
done
record 0 header "{\"client\":\"$client\",\"clientVersion\":\"$(text "$version")\",\"resolver\":$resolver,\"services\":[$names],\"requests\":$requests}"
position=0 counted=
for service in "$@"; do
    case $service in
    *=*) place=${service#*=} ;;
    *) place=$service:$port ;;
    esac
    before=$(counters)
    calls "http${ca:+s}://$place/" | records $position
    counted=$counted${counted:+
}"[$position,$before,$(counters)]"
    position=$((position + 1))
done
sequence=$((1 + position * requests))
while read -r line; do
    record "$sequence" counters "$line"
    sequence=$((sequence + 1))
done <<EOF
$counted
EOF
record "$sequence" end "{\"count\":$((position * requests))}"
