package main

import (
	"crypto/x509"
	"fmt"
	"io"
	"os"
	"time"

	"sportello/helpdesk"
	"sportello/mailbox"
)

// Config is everything an operator decides before the program starts. The
// names in the tags are the keys of the TOML file; joined by underscores, in
// capitals and after SPORTELLO_, they are the environment variables that
// override them. A Config made by [LoadConfig] is complete and consistent.
type Config struct {
	DataDir    string          `toml:"data_dir"`          // folder of the database
	BaseURL    string          `toml:"base_url"`          // scheme://host[:port], no final slash
	Timezone   string          `toml:"timezone"`          // IANA name
	Name       string          `toml:"name"`              // of the desk, as people read it
	Centre     string          `toml:"centre"`            // of the body that runs it
	PrivacyURL string          `toml:"privacy_url"`       // empty: the program's own page
	Controller string          `toml:"controller"`        // who answers for the personal data, named on that page
	Contact    string          `toml:"contact"`           // address for requests about privacy and accessibility
	DPO        string          `toml:"dpo"`               // address of the data protection officer
	Retention  string          `toml:"retention"`         // one sentence: how long personal data are kept
	Statement  string          `toml:"accessibility_url"` // the declaration made at form.agid.gov.it
	Shipped    bool            `toml:"shipped_registry"`  // take in the list of all Italian municipalities that comes with the program
	Catchment  []string        `toml:"catchment"`         // regions by name, provinces by code; empty: all of Italy
	Web        WebConfig       `toml:"web"`
	Mail       MailConfig      `toml:"mail"`
	Mailboxes  []MailboxConfig `toml:"mailbox"` // at least one

	Location *time.Location `toml:"-"` // of Timezone
}

// WebConfig is how the desk is reached.
type WebConfig struct {
	Listen         string   `toml:"listen"`          // host:port
	TrustedProxies []string `toml:"trusted_proxies"` // addresses or CIDR ranges
	SessionIdle    Duration `toml:"session_idle"`    // without a request of a person
	SessionMax     Duration `toml:"session_max"`     // from the log-in
}

// MailConfig holds the rules that are the same for every mailbox.
type MailConfig struct {
	Automatic         bool `toml:"automatic"`           // false: nothing leaves that no person wrote
	AnswerWithinHours int  `toml:"answer_within_hours"` // office hours, promised by the acknowledgement
	CloseAfterDays    int  `toml:"close_after_days"`    // working days of silence after an answer
	GraceDays         int  `toml:"grace_days"`          // days in which a reply reopens a closed ticket
}

// MailboxConfig is one watched mailbox; an answer leaves from the mailbox the
// question came to.
type MailboxConfig struct {
	Name    string       `toml:"name"` // display name in From; empty: Config.Name
	Address string       `toml:"address"`
	Kind    Kind         `toml:"kind"`
	Start   Start        `toml:"start"`
	IMAP    IMAPConfig   `toml:"imap"`
	SMTP    SMTPConfig   `toml:"smtp"`
	OAuth2  OAuth2Config `toml:"oauth2"`
	Ack     AckConfig    `toml:"ack"`

	Tokens *mailbox.Tokens `toml:"-"` // of OAuth2; nil without auth = "xoauth2"
}

// IMAPConfig is where a mailbox is read.
type IMAPConfig struct {
	Host            string   `toml:"host"`
	Port            int      `toml:"port"` // 0 in the file: the usual one for TLS
	TLS             TLSMode  `toml:"tls"`
	TLSCAFile       string   `toml:"tls_ca_file"`
	Auth            AuthMode `toml:"auth"`
	Username        string   `toml:"username"`
	Password        Secret   `toml:"password"`
	PasswordFile    string   `toml:"password_file"`
	Folder          string   `toml:"folder"`
	PollInterval    Duration `toml:"poll_interval"`
	Idle            bool     `toml:"idle"`
	ProcessedFolder string   `toml:"processed_folder"` // empty: the mailbox is never changed
	SentFolder      string   `toml:"sent_folder"`      // empty: no copy of what is sent, nothing is read there
	MaxMessageSize  Size     `toml:"max_message_size"` // larger ones become stubs

	RootCAs *x509.CertPool `toml:"-"` // nil: the system's
}

// SMTPConfig is where a mailbox's answers leave.
type SMTPConfig struct {
	Host         string   `toml:"host"`
	Port         int      `toml:"port"` // 0 in the file: the usual one for TLS
	TLS          TLSMode  `toml:"tls"`
	TLSCAFile    string   `toml:"tls_ca_file"`
	Auth         AuthMode `toml:"auth"`
	Username     string   `toml:"username"` // empty: no authentication
	Password     Secret   `toml:"password"`
	PasswordFile string   `toml:"password_file"`

	RootCAs *x509.CertPool `toml:"-"` // nil: the system's
}

// AckConfig rules the acknowledgements of one mailbox.
type AckConfig struct {
	Enabled     bool `toml:"enabled"`
	HourlyLimit int  `toml:"hourly_limit"` // mails an hour
}

func defaultConfig() Config {
	return Config{
		Timezone:  "Europe/Rome",
		Name:      "Sportello PNRR",
		Centre:    "Centro di Competenza PNRR",
		Shipped:   true,
		Catchment: []string{"Lombardia", "NO", "VB"},
		Web: WebConfig{
			Listen:      "127.0.0.1:8080",
			SessionIdle: Duration(30 * time.Minute),
			SessionMax:  Duration(10 * time.Hour),
		},
		Mail: MailConfig{Automatic: true, AnswerWithinHours: 16, CloseAfterDays: 10, GraceDays: 30},
	}
}

func defaultMailbox() MailboxConfig {
	return MailboxConfig{
		Kind:  KindOrdinary,
		Start: Start{Mode: StartNow},
		IMAP: IMAPConfig{
			TLS:            TLSImplicit,
			Auth:           AuthPassword,
			Folder:         "INBOX",
			PollInterval:   Duration(time.Minute),
			Idle:           true,
			MaxMessageSize: 50_000_000,
		},
		SMTP: SMTPConfig{TLS: TLSImplicit, Auth: AuthPassword},
		Ack:  AckConfig{Enabled: true, HourlyLimit: 60},
	}
}

// maxConfigSize bounds the file: a device or a log named by mistake must not
// be read to its end.
const maxConfigSize = 1 << 20

// LoadConfig reads the TOML file at path, lays environ (as os.Environ gives
// it) over it, reads the files that hold secrets, and checks the whole. An
// empty path means that everything comes from environ. getenv is asked only
// for CREDENTIALS_DIRECTORY. Faults of the content come as a *[ConfigError]
// that lists all of them.
func LoadConfig(path string, getenv func(string) string, environ []string) (*Config, error) {
	var text []byte
	if path != "" {
		var err error
		if text, err = readRegular(path, maxConfigSize); err != nil {
			message := fmt.Sprintf("il file di configurazione %s non si legge: %s", path, fileCause(err))
			return nil, &helpdesk.Error{Code: helpdesk.Invalid, Message: message, Err: err}
		}
	}
	l := configLoader{source: path, credentials: getenv("CREDENTIALS_DIRECTORY"), readFile: func(name string) ([]byte, error) {
		return readRegular(name, maxSecretSize)
	}}
	return l.load(string(text), environ)
}

// configLoader takes a configuration from text to a checked Config. What it reads
// besides the text goes through readFile, so that the fuzzer cannot reach the
// disk.
type configLoader struct {
	source      string // for messages
	credentials string // $CREDENTIALS_DIRECTORY
	readFile    func(name string) ([]byte, error)
	faults      faultList
}

func (l *configLoader) load(text string, environ []string) (*Config, error) {
	c := defaultConfig()
	if l.readTOML(text, &c) { // of half a text, all would seem to be missing
		l.readEnv(environ, &c)
		l.resolveFiles(&c)
		l.check(&c)
	}
	if len(l.faults.list) > 0 {
		return nil, &ConfigError{Source: l.source, Faults: l.faults.list}
	}
	return &c, nil
}

// readRegular reads a regular file of at most max bytes. Anything else is
// refused before it is opened, because opening a pipe would wait for ever.
func readRegular(name string, max int64) ([]byte, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &os.PathError{Op: "read", Path: name, Err: errNotRegular}
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, max+1))
	if err != nil {
		return nil, err
	}
	if int64(len(b)) > max {
		return nil, &os.PathError{Op: "read", Path: name, Err: fmt.Errorf("supera %d byte", max)}
	}
	return b, nil
}
