// client {"engine": "Go", "resolver": "go", "image": "golang:1.25", "command": ["go", "run"]}

// Arguments: name of the client, "new" or "kept-alive", requests to each Service, port, Services, each by its
// name or as name=host:port. From the environment: RATE, requests to start a second at most, 0 for each as soon as the one before has ended.
// Prints the log protocol of split/record.ts. Names are resolved by Go's own resolver, as in a program without cgo.
package main

import (
	"context"
	"crypto/rand"
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

// connections of one Service, as the transport opens them.
type connections struct {
	numbers map[net.Conn]int
	current net.Conn
}

func (c *connections) use(conn net.Conn) {
	if _, known := c.numbers[conn]; !known {
		c.numbers[conn] = len(c.numbers)
	}
	c.current = conn
}

// place gives the number and the address of the connection in use, nil for none.
func (c *connections) place() (number, address any) {
	if c.current == nil {
		return nil, nil
	}
	host, _, _ := net.SplitHostPort(c.current.RemoteAddr().String())
	return c.numbers[c.current], host
}

func send(client *http.Client, address string, used *connections) (times []float64, pod string, err error) {
	used.current = nil
	start := time.Now()
	var resolved, connected time.Duration
	trace := &httptrace.ClientTrace{
		DNSDone:     func(httptrace.DNSDoneInfo) { resolved = time.Since(start) },
		ConnectDone: func(string, string, error) { connected = time.Since(start) },
		GotConn:     func(info httptrace.GotConnInfo) { used.use(info.Conn) },
	}
	request, err := http.NewRequestWithContext(httptrace.WithClientTrace(context.Background(), trace), "GET", address, nil)
	if err != nil {
		return []float64{0, 0, 0}, "", err
	}
	pod, err = answer(client.Do(request))
	for _, each := range []time.Duration{resolved, connected, time.Since(start)} {
		times = append(times, float64(each.Microseconds())/1e6)
	}
	return times, pod, err
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

func main() {
	name, connection, port, services := os.Args[1], os.Args[2], os.Args[4], os.Args[5:]
	requests, err := strconv.Atoi(os.Args[3])
	if err != nil {
		panic(err)
	}
	// Not set where a person runs it by hand.
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
		fmt.Println("ts2", run, sequence, kind, string(text))
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
	})
	for position, place := range places {
		transport := &http.Transport{
			DisableKeepAlives: connection == "new",
			DialContext:       (&net.Dialer{Resolver: &net.Resolver{PreferGo: true}}).DialContext,
		}
		client := &http.Client{
			Transport: transport,
			Timeout:   timeout,
			// Where a redirection leads is no part of the Service.
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		}
		used := &connections{numbers: map[net.Conn]int{}}
		next := time.Now()
		for index := 0; index < requests; index++ {
			if rate > 0 {
				time.Sleep(time.Until(next))
				next = time.Now().Add(time.Second / time.Duration(rate))
			}
			times, pod, err := send(client, "http://"+place+"/", used)
			number, address := used.place()
			record := []any{position, index, number, address, pod, times[0], times[1], times[2]}
			if err != nil {
				record[4] = nil
				record = append(record, err.Error())
			}
			write("request", record)
		}
		transport.CloseIdleConnections()
	}
	write("end", map[string]int{"count": len(services) * requests})
}
