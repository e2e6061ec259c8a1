CREATE TABLE session_queue (item_id INTEGER PRIMARY KEY AUTOINCREMENT, batch_id TEXT NOT NULL, queue_id TEXT NOT NULL,
    session_id TEXT NOT NULL UNIQUE, field_values TEXT, session TEXT NOT NULL, status TEXT NOT NULL DEFAULT 'pending',
    priority INTEGER NOT NULL DEFAULT 0, error_traceback TEXT, created_at DATETIME NOT NULL, updated_at DATETIME NOT NULL,
    started_at DATETIME, completed_at DATETIME, workflow TEXT, error_type TEXT, error_message TEXT, origin TEXT,
    destination TEXT, retried_from_item_id INTEGER, user_id TEXT DEFAULT 'system', device TEXT);
CREATE TABLE images (image_name TEXT NOT NULL PRIMARY KEY, image_origin TEXT NOT NULL, image_category TEXT NOT NULL,
    width INTEGER NOT NULL, height INTEGER NOT NULL, session_id TEXT, node_id TEXT, metadata TEXT,
    is_intermediate BOOLEAN DEFAULT FALSE, created_at DATETIME, updated_at DATETIME, deleted_at DATETIME, starred BOOLEAN);
INSERT INTO session_queue (item_id, batch_id, queue_id, session_id, session, status, created_at, updated_at, started_at, completed_at, retried_from_item_id, device) VALUES
(1, 'b', 'default', 's-1', '{"id":"s-1","graph":{"id":"g","nodes":{"m":{"type":"main_model_loader","id":"m","model":{"key":"k","hash":"h","name":"SDXL Base","base":"sdxl","type":"main"}},"n":{"type":"noise","id":"n","seed":7,"width":1024,"height":768},"d":{"type":"denoise_latents","id":"d","steps":30,"cfg_scale":7.5,"scheduler":"euler"},"c":{"type":"core_metadata","id":"c","steps":30,"width":1024,"height":768,"positive_prompt":"a cup","model":{"key":"k","hash":"h","name":"SDXL Base","base":"sdxl","type":"main"}}},"edges":[]},"results":{}}', 'completed', '2026-12-10 03:00:00.000', '2026-12-10 03:00:12.500', '2026-12-10 03:00:02.000', '2026-12-10 03:00:12.500', NULL, 'cuda:0'),
(2, 'b', 'default', 's-2', '{"id":"s-2","graph":{"nodes":{}}}', 'failed', '2026-12-10 03:01:00.000', '2026-12-10 03:01:03.000', '2026-12-10 03:01:00.000', '2026-12-10 03:01:03.000', NULL, NULL),
(3, 'b', 'default', 's-3', '{"id":"s-3","graph":{"nodes":{}}}', 'completed', '2026-12-10 03:02:00.000', '2026-12-10 03:02:09.000', '2026-12-10 03:02:01.000', '2026-12-10 03:02:09.000', 2, NULL),
(4, 'b', 'default', 's-4', '{"id":"s-4","graph":{"nodes":{}}}', 'canceled', '2026-12-10 03:03:00.000', '2026-12-10 03:03:00.000', NULL, '2026-12-10 03:03:00.000', NULL, NULL),
(5, 'b', 'default', 's-5', '{"id":"s-5","graph":{"nodes":{}}}', 'in_progress', '2026-12-10 03:04:00.000', '2026-12-10 03:04:00.000', '2026-12-10 03:04:00.000', NULL, NULL, NULL);
INSERT INTO images (image_name, image_origin, image_category, width, height, session_id, is_intermediate) VALUES
('a.png', 'internal', 'general', 1024, 768, 's-1', 0), ('b.png', 'internal', 'general', 1024, 768, 's-1', 0),
('c.png', 'internal', 'other', 128, 96, 's-1', 1), ('d.png', 'internal', 'general', 512, 512, 's-3', 0);
