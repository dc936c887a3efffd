-- The last position that no unfinished transaction can take any more.
SELECT log_watermark() - 1 AS position
