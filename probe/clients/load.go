// client {"engine": "the load generator", "resolver": "own-round-robin", "image": "golang:1.25", "command": ["go", "run"], "memory": 512, "counts": true}

// Sends many requests at once, each on a new connection, and prints the log protocol of split/protocol/line.ts with
// counts for each second instead of a line for each request. It resolves all addresses of a name, takes turns over
// them, and looks the name up again after a failure, at most once a second. It keeps no TLS sessions.
//
// Arguments: name of the client; "new"; number of requests to each Service, by index of the pod; port; Services, each
// as name or as name=host:port.
//
// Environment:
//
//	JOB_COMPLETION_INDEX  index of the pod
//	CONCURRENCY           requests at once
//	RATE                  requests to start in a second, 0 for as many as possible
//	COUNTERS              names of the kernel's counters to read
//	CA_FILE               certificate of the only authority to trust, for HTTPS; not set without TLS
package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"net"
	"os"
	"regexp"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

const (
	timeout       = 10 * time.Second
	longestAnswer = 4096
	// Intervals of one second before they double. They double earlier where they have this many counts, over all
	// Services.
	intervals, mostPairs = 120, 5_000
	// Different outcomes, different times and characters of an error that fit into a log of 1 MiB.
	mostOutcomes, mostTimes, longestError = 500, 2_048, 200
)

var (
	statusLine = regexp.MustCompile(`^HTTP/1\.[01] ([1-9][0-9][0-9])[ \r]`)
	nowIs      = regexp.MustCompile(`: current time \S+ is`)
)

// outcome of a request, by which it is counted. Either pod or err is empty.
type outcome struct {
	address, pod, err string
	connected         bool
	secured           bool
}

// tally counts the requests of one worker to one Service.
type tally struct {
	sync.Mutex
	counts                    map[outcome]int
	connect, handshake, total map[int]int
}

func newTally() *tally {
	return &tally{counts: map[outcome]int{}, connect: map[int]int{}, handshake: map[int]int{}, total: map[int]int{}}
}

func (t *tally) add(key outcome, connect, handshake, total time.Duration) {
	t.Lock()
	defer t.Unlock()
	t.counts[key]++
	if key.connected {
		t.connect[bucket(connect)]++
	}
	if key.secured {
		t.handshake[bucket(handshake)]++
	}
	if key.pod != "" {
		t.total[bucket(total)]++
	}
}

// take returns the counts since the last call.
func (t *tally) take() map[outcome]int {
	t.Lock()
	defer t.Unlock()
	counts := t.counts
	t.counts = map[outcome]int{}
	return counts
}

// bucket returns the lowest number of microseconds in the same bucket of an HDR histogram of three significant digits.
func bucket(value time.Duration) int {
	us := uint(value.Microseconds())
	shift := bits.Len(us >> 11)
	return int(us >> shift << shift)
}

// backends are the addresses of one Service in the last DNS answer.
type backends struct {
	sync.Mutex
	host      string
	addresses []string
	turn      int
	asked     time.Time
}

func (b *backends) resolve() error {
	found, err := (&net.Resolver{PreferGo: true}).LookupIP(context.Background(), "ip4", b.host)
	if err != nil {
		return err
	}
	b.Lock()
	defer b.Unlock()
	b.addresses = nil
	for _, each := range found {
		b.addresses = append(b.addresses, each.String())
	}
	return nil
}

func (b *backends) next() string {
	b.Lock()
	defer b.Unlock()
	b.turn++
	return b.addresses[(b.turn-1)%len(b.addresses)]
}

// failed looks the name up again in the background: requests go on.
func (b *backends) failed() {
	b.Lock()
	defer b.Unlock()
	if time.Since(b.asked) > time.Second {
		b.asked = time.Now()
		go func() { _ = b.resolve() }()
	}
}

// Keep-alive probes would cost three system calls for each connection, and none lives long enough to need them.
var dialer = net.Dialer{Timeout: timeout, KeepAlive: -1}

// run holds what all requests to one Service share.
type run struct {
	known       *registry
	backends    *backends
	port        string
	tls         *tls.Config
	started     atomic.Int64
	count, rate int
	start       time.Time
}

// begin waits for the moment of the next request. That moment counts as its start, however late it is sent.
func (r *run) begin() (start time.Time, more bool) {
	number := int(r.started.Add(1)) - 1
	if number >= r.count {
		return time.Time{}, false
	}
	if r.rate == 0 {
		return time.Now(), true
	}
	start = r.start.Add(time.Duration(float64(number) / float64(r.rate) * float64(time.Second)))
	time.Sleep(time.Until(start))
	return start, true
}

func (r *run) work(into *tally) {
	request := []byte("GET / HTTP/1.0\r\nHost: " + r.backends.host + "\r\n\r\n")
	buffer := make([]byte, longestAnswer)
	for start, more := r.begin(); more; start, more = r.begin() {
		key := outcome{address: r.backends.next()}
		var connect, handshake time.Duration
		conn, err := dialer.Dial("tcp4", net.JoinHostPort(key.address, r.port))
		if err == nil {
			key.connected, connect = true, time.Since(start)
			_ = conn.SetDeadline(time.Now().Add(timeout))
			secured := conn
			if r.tls != nil {
				secured, handshake, err = secure(conn, r.tls)
				key.secured = err == nil
			}
			if err == nil {
				key.pod, err = exchange(secured, request, buffer)
			}
			reset(conn)
		}
		if err != nil {
			key.err = message(err)
			r.backends.failed()
		}
		if !r.known.admit(key) {
			key.pod, key.err = "", fmt.Sprintf("one of more than %d different outcomes", mostOutcomes)
		}
		into.add(key, connect, handshake, time.Since(start))
	}
}

// reset closes a connection without TIME_WAIT at the pod. Ports are used again within a minute, once for the pod's own
// address and once for the Service's. The timestamps of such connections have different offsets, so that the pod would
// take the SYN of the second for an old segment (PAWS, RFC 7323 section 5) and the client would try again after a
// second.
func reset(conn net.Conn) {
	_ = conn.(*net.TCPConn).SetLinger(0)
	conn.Close()
}

// secure does the TLS handshake on a connection and returns how long it took.
func secure(conn net.Conn, config *tls.Config) (net.Conn, time.Duration, error) {
	start, secured := time.Now(), tls.Client(conn, config)
	err := secured.Handshake()
	return secured, time.Since(start), err
}

// trust returns the authorities to trust and the name that the server's certificate must have; nil without TLS.
func trust(caFile, service string) (*tls.Config, error) {
	if caFile == "" {
		return nil, nil
	}
	ca, err := os.ReadFile(caFile)
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(ca)
	return &tls.Config{RootCAs: authorities, ServerName: service}, err
}

// exchange sends a request and returns the pod's name in the answer, which ends with the connection.
func exchange(conn net.Conn, request, buffer []byte) (string, error) {
	if _, err := conn.Write(request); err != nil {
		return "", err
	}
	length, err := io.ReadFull(conn, buffer)
	isWhole := errors.Is(err, io.ErrUnexpectedEOF)
	if err != nil && !isWhole {
		return "", err
	}
	head, body, _ := bytes.Cut(buffer[:length], []byte("\r\n\r\n"))
	if !bytes.HasPrefix(head, []byte("HTTP/1.1 200 ")) {
		status := statusLine.FindSubmatch(head)
		if status == nil {
			return "", errors.New("no answer in HTTP")
		}
		if string(status[1]) != "200" {
			return "", fmt.Errorf("HTTP %s", status[1])
		}
	}
	if isWhole && len(body) < contentLength(head) {
		return "", io.ErrUnexpectedEOF
	}
	pod := bytes.TrimSpace(body)
	if !isHostName(pod) {
		return "", fmt.Errorf("not a pod's name: %d characters", len(pod))
	}
	return string(pod), nil
}

// contentLength returns the Content-Length of a head, or 0. Neither this nor isHostName uses regular expressions: these
// would cost a twentieth of the connections per second.
func contentLength(head []byte) int {
	for _, line := range bytes.Split(head, []byte("\r\n")) {
		name, value, _ := bytes.Cut(line, []byte(":"))
		if bytes.EqualFold(name, []byte("content-length")) {
			length, _ := strconv.Atoi(string(bytes.TrimSpace(value)))
			return length
		}
	}
	return 0
}

func isHostName(text []byte) bool {
	for i, char := range text {
		isAlphanumeric := 'a' <= char && char <= 'z' || '0' <= char && char <= '9'
		isInside := i > 0 && i < len(text)-1
		if !isAlphanumeric && !(isInside && (char == '-' || char == '.')) {
			return false
		}
	}
	return len(text) > 0 && len(text) <= 253
}

// message returns the text of an error without ports and times, so that one cause has one message.
func message(err error) string {
	text := err.Error()
	var operation *net.OpError
	if errors.As(err, &operation) {
		text = operation.Op + ": " + operation.Err.Error()
	}
	text = nowIs.ReplaceAllString(text, ": it is")
	if len(text) > longestError {
		text = text[:longestError]
	}
	return strings.ToValidUTF8(text, "")
}

// registry limits the number of different outcomes: a server may answer something else each time.
type registry struct {
	outcomes sync.Map
	count    atomic.Int64
}

// admit reports whether an outcome is known or there is room for it.
func (r *registry) admit(key outcome) bool {
	if _, known := r.outcomes.Load(key); known {
		return true
	}
	if r.count.Add(1) > mostOutcomes {
		return false
	}
	r.outcomes.Store(key, true)
	return true
}

// log writes lines of the protocol.
type log struct {
	run      string
	services int
	sequence int
	outcomes map[outcome]int
	done     int
}

func (l *log) write(kind string, data any) {
	text, err := json.Marshal(data)
	if err != nil {
		panic(err)
	}
	fmt.Println("ts4", l.run, l.sequence, kind, string(text))
	l.sequence++
}

// interval writes the counts since the last interval. An outcome is written once and then named by its position.
func (l *log) interval(service int, since, now time.Time, counts map[outcome]int) {
	pairs := [][2]int{}
	for key, count := range counts {
		l.done += count
		position, known := l.outcomes[key]
		if !known {
			position = len(l.outcomes)
			l.outcomes[key] = position
			l.write("outcome", []any{key.address, orNull(key.pod), orNull(key.err), key.connected, key.secured})
		}
		pairs = append(pairs, [2]int{position, count})
	}
	l.write("interval", []any{service, since.UnixMilli(), now.Sub(since).Milliseconds(), pairs, l.done})
}

func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}

// call sends all requests to one Service and writes their outcomes, interval by interval.
func (l *log) call(service int, r *run, concurrency int) {
	tallies := make([]*tally, concurrency)
	var workers sync.WaitGroup
	for i := range tallies {
		tallies[i] = newTally()
		workers.Add(1)
		go func(into *tally) {
			defer workers.Done()
			r.work(into)
		}(tallies[i])
	}
	done := make(chan struct{})
	go func() {
		workers.Wait()
		close(done)
	}()
	width := time.Second
	ticker := time.NewTicker(width)
	defer ticker.Stop()
	for since, working, written, pairs := r.start, true, 1, 0; working; written++ {
		select {
		case <-done:
			working = false
		case <-ticker.C:
		}
		// Intervals get wider with time and with the number of counts, so that the log of a long run is hardly longer.
		if written == intervals || pairs > mostPairs/l.services {
			written, pairs = 0, 0
			width *= 2
			ticker.Reset(width)
		}
		now, counts := time.Now(), map[outcome]int{}
		for _, each := range tallies {
			for key, count := range each.take() {
				counts[key] += count
			}
		}
		l.interval(service, since, now, counts)
		pairs += len(counts)
		since = now
	}
	all := newTally()
	for _, each := range tallies {
		merge(all.connect, each.connect)
		merge(all.handshake, each.handshake)
		merge(all.total, each.total)
	}
	l.write("latency", []any{service, "connect", sorted(all.connect)})
	l.write("latency", []any{service, "handshake", sorted(all.handshake)})
	l.write("latency", []any{service, "total", sorted(all.total)})
}

func merge(into, from map[int]int) {
	for value, count := range from {
		into[value] += count
	}
}

// sorted returns times and their counts, shortest first. Where there are too many times, similar ones are joined.
func sorted(counts map[int]int) [][2]int {
	for digits := 11; len(counts) > mostTimes; digits-- {
		coarser := map[int]int{}
		for value, count := range counts {
			shift := bits.Len(uint(value)) - digits
			if shift > 0 {
				value = value >> shift << shift
			}
			coarser[value] += count
		}
		counts = coarser
	}
	pairs := make([][2]int, 0, len(counts))
	for value, count := range counts {
		pairs = append(pairs, [2]int{value, count})
	}
	sort.Slice(pairs, func(i, j int) bool { return pairs[i][0] < pairs[j][0] })
	return pairs
}

// counters reads the kernel's TCP counters that COUNTERS names, in the pod's network namespace. A counter that the
// kernel does not have is left out.
func counters() map[string]int {
	found, wanted := map[string]int{}, map[string]bool{}
	for _, name := range strings.Fields(os.Getenv("COUNTERS")) {
		wanted[name] = true
	}
	for _, path := range []string{"/proc/net/snmp", "/proc/net/netstat"} {
		text, _ := os.ReadFile(path)
		var names []string
		// Each group is a line of names and then a line of values.
		for _, line := range strings.Split(string(text), "\n") {
			values := strings.Fields(line)
			isTCP := len(values) > 0 && (values[0] == "Tcp:" || values[0] == "TcpExt:")
			for i := 1; isTCP && i < len(names) && i < len(values) && names[0] == values[0]; i++ {
				value, err := strconv.Atoi(values[i])
				if err == nil && wanted[names[i]] {
					found[names[i]] = value
				}
			}
			names = values
		}
	}
	return found
}

func number(text string) int {
	value, err := strconv.Atoi(text)
	if err != nil {
		panic(err)
	}
	return value
}

func main() {
	// Not set when a person runs the program.
	shard, _ := strconv.Atoi(os.Getenv("JOB_COMPLETION_INDEX"))
	name, requests := os.Args[1], number(strings.Split(os.Args[3], ",")[shard])
	port, services := os.Args[4], os.Args[5:]
	concurrency, rate := number(os.Getenv("CONCURRENCY")), number(os.Getenv("RATE"))
	token := make([]byte, 4)
	if _, err := rand.Read(token); err != nil {
		panic(err)
	}
	l := &log{run: hex.EncodeToString(token), services: len(services), outcomes: map[outcome]int{}}
	known := &registry{}
	names, hosts, ports := make([]string, len(services)), make([]string, len(services)), make([]string, len(services))
	for i, service := range services {
		var place string
		var isPlaced bool
		names[i], place, isPlaced = strings.Cut(service, "=")
		hosts[i], ports[i], _ = strings.Cut(place, ":")
		if !isPlaced {
			hosts[i], ports[i] = service, port
		}
	}
	l.write("header", map[string]any{
		"client": name, "clientVersion": "Go " + runtime.Version()[2:], "services": names, "requests": requests,
		"resolver": "own-round-robin",
		"counted":  map[string]int{"concurrency": concurrency, "rate": rate},
	})
	counted := make([][]any, len(hosts))
	for position, host := range hosts {
		b := &backends{host: host, asked: time.Now()}
		config, err := trust(os.Getenv("CA_FILE"), host)
		if err == nil {
			err = b.resolve()
		}
		if err != nil {
			fmt.Fprintf(os.Stderr, "%s: %s: %s\n", name, host, message(err))
			os.Exit(1)
		}
		r := &run{backends: b, known: known, port: ports[position], tls: config, count: requests, rate: rate, start: time.Now()}
		before := counters()
		l.call(position, r, concurrency)
		counted[position] = []any{position, before, counters()}
	}
	for _, each := range counted {
		l.write("counters", each)
	}
	l.write("end", map[string]int{"count": len(services) * requests})
}
