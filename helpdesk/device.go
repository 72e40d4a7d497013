package helpdesk

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"fmt"
	"strings"
)

// A stranger who fails often enough shuts an account for everybody, its owner
// too (security S-52). So a browser in which somebody signed in is given a
// number that only we can have made, and its failures are counted by that
// number: five of its own, then the same waits. It opens nothing by itself, and
// who steals it may guess no faster than before.

// DeviceKey begins the key under which a known device is counted.
const DeviceKey = "device:"

const secretDevice = "device"

// NewDevice makes what a browser keeps of a log-in to an account, whose key
// begins with AccountKey.
func (d *Desk) NewDevice(ctx context.Context, account string) (string, error) {
	random := make([]byte, idBytes)
	rand.Read(random)
	mac, err := d.deviceMAC(ctx, account, random)
	if err != nil {
		return "", fmt.Errorf("new device: %w", err)
	}
	return idCode.EncodeToString(random) + "." + idCode.EncodeToString(mac), nil
}

// KnownDevice returns the key under which failures of a device are counted; ""
// for one in which nobody signed in to this account.
func (d *Desk) KnownDevice(ctx context.Context, account, device string) (string, error) {
	number, code, _ := strings.Cut(device, ".")
	random, err := idCode.DecodeString(number)
	if err != nil || len(random) != idBytes {
		return "", nil
	}
	mac, err := idCode.DecodeString(code)
	if err != nil {
		return "", nil
	}
	want, err := d.deviceMAC(ctx, account, random)
	if err != nil {
		return "", fmt.Errorf("known device: %w", err)
	}
	if !hmac.Equal(mac, want) {
		return "", nil
	}
	return DeviceKey + idCode.EncodeToString(random), nil
}

func (d *Desk) deviceMAC(ctx context.Context, account string, random []byte) (mac []byte, err error) {
	err = d.store.View(ctx, func(tx ReadTx) error {
		key, err := tx.Secret(secretDevice)
		mac = idMAC(key, append(random[:idBytes:idBytes], account...))
		return err
	})
	return mac, err
}
