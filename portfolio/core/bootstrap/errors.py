"""A start that cannot go on, said in one line."""

DISK_FULL = "พื้นที่ดิสก์เต็ม โปรดเพิ่มพื้นที่ว่างแล้วเริ่มใหม่ / the disk is full; free some space and start again"


class PreparationError(Exception):
    """What stands in the way and what to do about it, in one line for the person at the keyboard."""
