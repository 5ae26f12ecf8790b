"""A node's line to the switch: so many bits a second up and down, with a buffer of half a second before each."""

BUFFER_SECONDS = 0.5


class Line:
    def __init__(self, up=0.0, down=0.0):
        """Mbit/s; 0 is without a limit."""
        self.set(up, down)
        self.free_up = self.free_down = 0.0

    def set(self, up, down):
        self.up, self.down = up * 1e6, down * 1e6

    def leaves(self, now, size):
        """When a frame that is sent now is through the line upwards; None where the buffer is full."""
        self.free_up, time = _through(self.free_up, now, size, self.up)
        return time

    def arrives(self, now, size):
        """When a frame that comes now is through the line downwards; None where the buffer is full."""
        self.free_down, time = _through(self.free_down, now, size, self.down)
        return time


def _through(free, now, size, rate):
    if not rate:
        return free, now
    time = max(now, free) + size * 8 / rate
    return (free, None) if time - now > BUFFER_SECONDS else (time, time)
