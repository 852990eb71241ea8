// client {"engine": "Go", "resolver": "go", "image": "golang:1.25", "command": ["go", "run"], "memory": 512}

// Sends requests one after the other by net/http and prints the log protocol of split/protocol/line.ts. Names are
// resolved by Go's own resolver, as in a program without cgo. It keeps no TLS sessions.
//
// Arguments: name of the client; "new" or "kept-alive"; number of requests to each Service, by index of the pod; port;
// Services, each as name or as name=host:port.
//
// Environment:
//
//	JOB_COMPLETION_INDEX  index of the pod
//	RATE                  the most requests to start in a second, 0 to start each when the one before has ended
//	COUNTERS              names of the kernel's counters to read
//	CA_FILE               certificate of the only authority to trust, for HTTPS; not set without TLS
package main

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"strings"
	"time"
)

const (
	timeout       = 10 * time.Second
	longestAnswer = 4096
)

var hostName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$`)

// connections numbers the connections that the transport opens to one Service.
type connections struct {
	numbers map[net.Conn]int
	count   int
	current net.Conn
	// Address of the last connection that was opened for the current request.
	opened string
}

func (c *connections) open(address string) {
	c.opened = address
	c.count++
}

func (c *connections) use(conn net.Conn) {
	if _, known := c.numbers[conn]; !known {
		c.numbers[conn] = c.count - 1
	}
	c.current = conn
}

// place returns the number and the address of the current connection, nil for none. A connection whose TLS handshake
// failed was opened, although it is never used.
func (c *connections) place() (number, address any) {
	switch {
	case c.current != nil:
		host, _, _ := net.SplitHostPort(c.current.RemoteAddr().String())
		return c.numbers[c.current], host
	case c.opened != "":
		host, _, _ := net.SplitHostPort(c.opened)
		return c.count - 1, host
	}
	return nil, nil
}

func send(client *http.Client, address string, used *connections) (times []any, pod string, err error) {
	used.current, used.opened = nil, ""
	start := time.Now()
	since := func() float64 { return float64(time.Since(start).Microseconds()) / 1e6 }
	var resolved, connected float64
	var secured any
	trace := &httptrace.ClientTrace{
		DNSDone: func(httptrace.DNSDoneInfo) { resolved = since() },
		ConnectDone: func(_, address string, err error) {
			connected = since()
			if err == nil {
				used.open(address)
			}
		},
		TLSHandshakeDone: func(_ tls.ConnectionState, err error) {
			if err == nil {
				secured = since()
			}
		},
		GotConn: func(info httptrace.GotConnInfo) { used.use(info.Conn) },
	}
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(context.Background(), trace), "GET", address, nil)
	if err != nil {
		return []any{0, 0, nil, 0}, "", err
	}
	pod, err = answer(client.Do(request))
	return []any{resolved, connected, secured, since()}, pod, err
}

// trust returns the URL scheme to use and the authorities to trust.
func trust(caFile string) (scheme string, config *tls.Config) {
	if caFile == "" {
		return "http", nil
	}
	ca, err := os.ReadFile(caFile)
	if err != nil {
		panic(err)
	}
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM(ca)
	return "https", &tls.Config{RootCAs: authorities}
}

func answer(response *http.Response, err error) (string, error) {
	if err != nil {
		var inURL *url.Error
		if errors.As(err, &inURL) {
			err = inURL.Err
		}
		return "", err
	}
	defer response.Body.Close()
	body, err := io.ReadAll(io.LimitReader(response.Body, longestAnswer))
	pod := strings.TrimSpace(string(body))
	switch {
	case err != nil:
		return "", err
	case response.StatusCode != http.StatusOK:
		return "", fmt.Errorf("HTTP %d", response.StatusCode)
	case !hostName.MatchString(pod):
		return "", fmt.Errorf("not a pod's name: %d characters", len(pod))
	}
	return pod, nil
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

func main() {
	name, connection, port, services := os.Args[1], os.Args[2], os.Args[4], os.Args[5:]
	// Neither variable is set when a person runs the program.
	shard, _ := strconv.Atoi(os.Getenv("JOB_COMPLETION_INDEX"))
	requests, err := strconv.Atoi(strings.Split(os.Args[3], ",")[shard])
	if err != nil {
		panic(err)
	}
	rate, _ := strconv.Atoi(os.Getenv("RATE"))
	token := make([]byte, 4)
	if _, err := rand.Read(token); err != nil {
		panic(err)
	}
	run, sequence := hex.EncodeToString(token), 0
	write := func(kind string, data any) {
		text, err := json.Marshal(data)
		if err != nil {
			panic(err)
		}
		fmt.Println("ts4", run, sequence, kind, string(text))
		sequence++
	}
	names, places := make([]string, len(services)), make([]string, len(services))
	for i, service := range services {
		var isPlaced bool
		names[i], places[i], isPlaced = strings.Cut(service, "=")
		if !isPlaced {
			places[i] = net.JoinHostPort(service, port)
		}
	}
	write("header", map[string]any{
		"client": name, "clientVersion": "Go " + runtime.Version()[2:], "services": names, "requests": requests,
		// PreferGo, below, overrides GODEBUG=netdns and build tags.
		"resolver": "go",
	})
	scheme, config := trust(os.Getenv("CA_FILE"))
	counted := [][]any{}
	for position, place := range places {
		transport := &http.Transport{
			DisableKeepAlives: connection == "new",
			TLSClientConfig:   config,
			DialContext:       (&net.Dialer{Resolver: &net.Resolver{PreferGo: true}}).DialContext,
		}
		client := &http.Client{
			Transport: transport,
			Timeout:   timeout,
			// The target of a redirection is not part of the Service.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		used := &connections{numbers: map[net.Conn]int{}}
		before, next := counters(), time.Now()
		for index := 0; index < requests; index++ {
			if rate > 0 {
				time.Sleep(time.Until(next))
				next = time.Now().Add(time.Second / time.Duration(rate))
			}
			times, pod, err := send(client, scheme+"://"+place+"/", used)
			number, address := used.place()
			record := append([]any{position, index, number, address, pod}, times...)
			if err != nil {
				record[4] = nil
				record = append(record, err.Error())
			}
			write("request", record)
		}
		counted = append(counted, []any{position, before, counters()})
		transport.CloseIdleConnections()
	}
	for _, each := range counted {
		write("counters", each)
	}
	write("end", map[string]int{"count": len(services) * requests})
}
