package store

import (
	"fmt"
	"syscall"
)

// lowWater is what must be free on a large disk; of a small one, a twentieth.
const lowWater = 500 << 20

// FreeSpace tells how many bytes are free for the program and how many there
// are on the file system of dir.
func FreeSpace(dir string) (free, total int64, err error) {
	var st syscall.Statfs_t
	if err := syscall.Statfs(dir, &st); err != nil {
		return 0, 0, fmt.Errorf("free space: %w", err)
	}
	return int64(st.Bavail) * st.Bsize, int64(st.Blocks) * st.Bsize, nil
}

// RoomLeft returns a *helpdesk.Error with code Busy when the disk is nearly
// full. Intake stops then, so that what people do can still be saved; it goes
// on by itself when space returns.
func (s *Store) RoomLeft() error {
	free, total, err := FreeSpace(s.dir)
	if err != nil {
		return err
	}
	least := s.opts.LowWater
	if least == 0 {
		least = min(lowWater, total/20)
	}
	if free < least {
		return busy(saysLow, fmt.Errorf("%d bytes free, %d wanted", free, least))
	}
	return nil
}
