// The functions of Pango and of GObject that are called, declared anew: the way to Pango's own headers is
// told by pkg-config files that SwiftPM warns of, since they name -pthread. `.ci/prototypes` compares
// these declarations with those of the headers.

typedef struct _PangoFontMap PangoFontMap;
typedef struct _PangoContext PangoContext;
typedef struct _PangoLayout PangoLayout;
typedef struct _PangoLayoutLine PangoLayoutLine;
typedef struct _PangoFontDescription PangoFontDescription;
typedef struct _PangoFontMetrics PangoFontMetrics;
typedef struct _PangoLanguage PangoLanguage;

// Units of Pango in a unit of Cairo.
#define GF_PANGO_SCALE 1024
// Weights of a PangoFontDescription.
#define GF_PANGO_WEIGHT_NORMAL 400
#define GF_PANGO_WEIGHT_BOLD 700

PangoFontMap *pango_cairo_font_map_new(void);
void pango_cairo_context_set_resolution(PangoContext *context, double dpi);
void pango_cairo_context_set_font_options(
    PangoContext *context, const cairo_font_options_t *options);
void pango_cairo_update_context(cairo_t *cr, PangoContext *context);
void pango_cairo_show_layout_line(cairo_t *cr, PangoLayoutLine *line);

PangoContext *pango_font_map_create_context(PangoFontMap *fontmap);
void pango_context_set_round_glyph_positions(PangoContext *context, int round_positions);
PangoFontMetrics *pango_context_get_metrics(
    PangoContext *context, const PangoFontDescription *desc, PangoLanguage *language);

int pango_font_metrics_get_ascent(PangoFontMetrics *metrics);
int pango_font_metrics_get_descent(PangoFontMetrics *metrics);
void pango_font_metrics_unref(PangoFontMetrics *metrics);

PangoFontDescription *pango_font_description_new(void);
void pango_font_description_free(PangoFontDescription *desc);
void pango_font_description_set_family(PangoFontDescription *desc, const char *family);
void pango_font_description_set_absolute_size(PangoFontDescription *desc, double size);
void pango_font_description_set_weight(PangoFontDescription *desc, unsigned int weight);

PangoLayout *pango_layout_new(PangoContext *context);
void pango_layout_set_single_paragraph_mode(PangoLayout *layout, int setting);
void pango_layout_set_font_description(PangoLayout *layout, const PangoFontDescription *desc);
void pango_layout_set_text(PangoLayout *layout, const char *text, int length);
void pango_layout_context_changed(PangoLayout *layout);
int pango_layout_get_unknown_glyphs_count(PangoLayout *layout);
void pango_layout_get_size(PangoLayout *layout, int *width, int *height);
PangoLayoutLine *pango_layout_get_line_readonly(PangoLayout *layout, int line);

void g_object_unref(void *object);
