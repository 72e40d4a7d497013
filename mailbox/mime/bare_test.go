package mime

import "testing"

func TestBareSender(t *testing.T) {
	for from, want := range map[string]string{
		"MAILER-DAEMON (Mail Delivery System)": "MAILER-DAEMON",
		"MAILER-DAEMON":                        "MAILER-DAEMON",
		"Moderatore <moderator>":               "moderator",
		"Mario Rossi":                          "",
		"Mario <>":                             "",
		"Mario <m@comune.example>":             "",
		"m@comune.example":                     "",
	} {
		if got := Read([]byte("From: " + from + "\n\ntesto\n")).BareSender(); got != want {
			t.Errorf("%q: %q, want %q", from, got, want)
		}
	}
}
